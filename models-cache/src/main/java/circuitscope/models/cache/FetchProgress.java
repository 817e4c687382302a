package circuitscope.models.cache;

/** Hears of a download, and may end it. Called often, from the thread that downloads. */
public interface FetchProgress {
  /** Hears nothing and never cancels. */
  FetchProgress NONE = (file, fileBytes, fileTotal, bytes, total) -> {};

  /**
   * Some more bytes are here.
   *
   * @param file the file under way
   * @param fileBytes bytes of it that are here, those of an earlier attempt included
   * @param fileTotal its size
   * @param bytes bytes of all files that are here
   * @param total size of all files
   */
  void update(String file, long fileBytes, long fileTotal, long bytes, long total);

  /** True ends the download soon; what is here stays for the next attempt. */
  default boolean isCancelled() {
    return false;
  }
}
