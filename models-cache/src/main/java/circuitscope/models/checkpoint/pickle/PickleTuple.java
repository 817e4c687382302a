package circuitscope.models.checkpoint.pickle;

import java.util.List;

/**
 * A Python tuple.
 *
 * <p>Not comparable by value and without a text of its members: a hostile pickle may nest tuples
 * deeply or share one a million times.
 */
public final class PickleTuple {
  private final List<Object> members;

  public PickleTuple(List<Object> members) {
    this.members = List.copyOf(members);
  }

  public List<Object> members() {
    return members;
  }

  public int size() {
    return members.size();
  }

  @Override
  public String toString() {
    return "a tuple of " + members.size();
  }
}
