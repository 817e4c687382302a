package circuitscope.probes.model;

/** Hears how far loading is; cancels it by throwing. */
@FunctionalInterface
public interface LoadProgress {
  LoadProgress NONE = (tensor, done, total) -> {};

  /**
   * Called after each tensor.
   *
   * @param tensor its Hugging Face name
   * @param doneBytes stored bytes read so far
   * @param totalBytes stored bytes of all tensors
   */
  void loaded(String tensor, long doneBytes, long totalBytes);
}
