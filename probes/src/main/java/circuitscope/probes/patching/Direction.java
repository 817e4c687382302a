package circuitscope.probes.patching;

/** Which run is patched into which. */
public enum Direction {
  /** The clean value into the corrupted run: what is enough to answer. */
  DENOISING,
  /** The corrupted value into the clean run: what answering needs. */
  NOISING
}
