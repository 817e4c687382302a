package circuitscope.models.checkpoint.pickle;

import java.util.List;
import java.util.Optional;

/**
 * What a pickle may name. Values are Java's: {@code Long} and {@code BigInteger}, {@code Double},
 * {@code Boolean}, {@code String}, {@code MemorySegment} (bytes), {@code List}, {@link
 * PickleTuple}, {@code Map} (dictionaries, in order), {@link PickleNone}, and what this vocabulary
 * builds.
 */
public interface PickleVocabulary {

  /** The meaning of {@code module.name}; empty refuses the pickle. */
  Optional<Object> global(String module, String name);

  /**
   * What a persistent id stands for.
   *
   * @throws PickleException if the id is not understood
   */
  Object persistent(Object id);

  /** A global that may be called. */
  @FunctionalInterface
  interface Callable {
    /**
     * Gives the value of the call.
     *
     * @throws PickleException if the arguments are not what the global takes
     */
    Object call(List<Object> arguments);
  }

  /** A value that takes a state after it was built ({@code __setstate__}). */
  interface Stateful {
    /**
     * Takes over the state.
     *
     * @throws PickleException if the state is not what the value takes
     */
    void setState(Object state);
  }
}
