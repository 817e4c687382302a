package circuitscope.models.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * One tokenizer of the native library that DJL carries, safe from several threads.
 *
 * <p>The library is used below DJL's {@code HuggingFaceTokenizer}: that class asks a cloud metadata
 * address at each start, pads and truncates as it likes, and copies six arrays an encoding.
 */
final class NativeTokenizer implements AutoCloseable {
  private static final TokenizersLibrary LIBRARY = load();

  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private long handle; // 0 once closed

  NativeTokenizer(String tokenizerJson, String source) {
    try {
      handle = LIBRARY.createTokenizerFromString(tokenizerJson);
    } catch (RuntimeException e) {
      throw new TokenizerException(
          "%s is not a tokenizer.json that this version reads: %s"
              .formatted(source, e.getMessage()),
          e);
    }
    LIBRARY.disableTruncation(handle);
    LIBRARY.disablePadding(handle);
  }

  long[] ids(String text, boolean addSpecialTokens) {
    return using(
        tokenizer -> {
          long encoding = LIBRARY.encode(tokenizer, text, addSpecialTokens);
          try {
            return LIBRARY.getTokenIds(encoding);
          } finally {
            LIBRARY.deleteEncoding(encoding);
          }
        });
  }

  /**
   * @param spans {@code [position]} in code points; null for a token that the post-processor added
   */
  record Spans(long[] ids, CharSpan[] spans) {}

  Spans spans(String text, boolean addSpecialTokens) {
    return using(
        tokenizer -> {
          long encoding = LIBRARY.encode(tokenizer, text, addSpecialTokens);
          try {
            return new Spans(LIBRARY.getTokenIds(encoding), LIBRARY.getTokenCharSpans(encoding));
          } finally {
            LIBRARY.deleteEncoding(encoding);
          }
        });
  }

  String decode(long[] ids, boolean skipSpecialTokens) {
    return using(tokenizer -> LIBRARY.decode(tokenizer, ids, skipSpecialTokens));
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (handle != 0) {
        LIBRARY.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private interface Call<T> {
    T apply(long tokenizer);
  }

  private <T> T using(Call<T> call) {
    lock.readLock().lock();
    try {
      if (handle == 0) {
        throw new IllegalStateException("the tokenizer is closed");
      }
      return call.apply(handle);
    } finally {
      lock.readLock().unlock();
    }
  }

  private static TokenizersLibrary load() {
    if (System.getenv("RUST_FLAVOR") == null && System.getProperty("RUST_FLAVOR") == null) {
      System.setProperty("RUST_FLAVOR", "cpu"); // beside a GPU the default would be a download
    }
    try {
      LibUtils.checkStatus();
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new TokenizerException(
          "the native tokenizer library cannot be loaded (%s); is DJL_CACHE_DIR (default ~/.djl.ai) writable?"
              .formatted(e.getMessage()),
          e);
    }
    return TokenizersLibrary.LIB;
  }
}
