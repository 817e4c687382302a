package circuitscope.probes.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * An attention head by its place, both from 0: {@code L3H5} is layer 3, query head 5.
 *
 * @param head query head; under grouped-query attention several share a key/value head
 */
public record HeadName(int layer, int head) implements Comparable<HeadName> {
  private static final Pattern FORM = Pattern.compile("L(\\d{1,4})H(\\d{1,4})");
  private static final Comparator<HeadName> ORDER =
      Comparator.comparingInt(HeadName::layer).thenComparingInt(HeadName::head);

  /**
   * Reads a name such as {@code L3H5}.
   *
   * @throws IllegalArgumentException for anything else
   */
  @JsonCreator
  public static HeadName parse(String name) {
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a head; heads are named like L3H5, layer 3 and head 5, both from 0"
              .formatted(name));
    }
    return new HeadName(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)));
  }

  /** All heads of a model, by layer and head. */
  public static List<HeadName> all(DecoderSpec spec) {
    int heads = spec.attention().heads();
    return IntStream.range(0, spec.layers() * heads)
        .mapToObj(i -> new HeadName(i / heads, i % heads))
        .toList();
  }

  /**
   * This head, when the model has it.
   *
   * @throws IllegalArgumentException when it does not
   */
  public HeadName checked(DecoderSpec spec) {
    if (layer >= spec.layers() || head >= spec.attention().heads()) {
      throw new IllegalArgumentException(
          "there is no head %s; this model has L0H0 to L%dH%d"
              .formatted(this, spec.layers() - 1, spec.attention().heads() - 1));
    }
    return this;
  }

  @Override
  public int compareTo(HeadName other) {
    return ORDER.compare(this, other);
  }

  @JsonValue
  @Override
  public String toString() {
    return "L" + layer + "H" + head;
  }
}
