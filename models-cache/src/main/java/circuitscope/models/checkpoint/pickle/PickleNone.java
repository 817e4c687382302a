package circuitscope.models.checkpoint.pickle;

/** Python's {@code None}. */
public enum PickleNone {
  NONE
}
