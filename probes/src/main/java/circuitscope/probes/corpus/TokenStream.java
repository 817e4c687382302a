package circuitscope.probes.corpus;

import circuitscope.models.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of text files in order, encoded on several threads in bounded memory: a few tasks a thread
 * of about {@link #TASK_CHARS} characters are under way at any time.
 */
final class TokenStream implements PartSource {
  private static final int TASK_CHARS = 1 << 18;
  private static final int TASKS_PER_THREAD = 2;

  private final DocumentReader reader;
  private final PartEncoder encoder;
  private final ExecutorService workers;
  private final int tasksAhead;
  private final long bytesTotal;
  private final LongPredicate own;
  private long nextPart;
  private final Deque<Future<List<TokenPart>>> underWay = new ArrayDeque<>();
  private final Deque<TokenPart> ready = new ArrayDeque<>();

  /**
   * @param skipParts how many document parts at the front are read over without being encoded
   * @param own which parts, by number, are encoded; the others are read over
   */
  TokenStream(Corpus corpus, Tokenizer tokenizer, int threads, long skipParts, LongPredicate own)
      throws IOException {
    this.own = own;
    nextPart = skipParts;
    bytesTotal = bytesOf(corpus.files());
    encoder = new PartEncoder(tokenizer);
    reader = new DocumentReader(corpus);
    for (long part = 0; part < skipParts; part++) {
      if (reader.next() == null) {
        throw new CorpusException(
            "the position to go on from lies behind the end of %s; the files have changed"
                .formatted(corpus.files()));
      }
    }
    tasksAhead = threads * TASKS_PER_THREAD;
    workers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("tokenizer-", 0).factory());
  }

  /** The next part in the order of the files; null after the last. */
  @Override
  public @Nullable TokenPart next() throws IOException {
    while (ready.isEmpty()) {
      for (boolean more = true; more && underWay.size() < tasksAhead; ) {
        List<DocumentPart> task = nextTask();
        more = !task.isEmpty();
        if (more) {
          underWay.add(workers.submit(() -> task.stream().map(encoder::encode).toList()));
        }
      }
      Future<List<TokenPart>> head = underWay.poll();
      if (head == null) {
        return null;
      }
      ready.addAll(await(head));
    }
    return ready.poll();
  }

  /** Bytes read and bytes in all, of the files as they lie on disk; reading runs a little ahead. */
  @Override
  public long bytesRead() {
    return reader.bytesRead();
  }

  @Override
  public long bytesTotal() {
    return bytesTotal;
  }

  /** Waits for the tasks that have begun, since the tokenizer may be closed next. */
  @Override
  public void close() throws IOException {
    underWay.forEach(task -> task.cancel(false));
    workers.close();
    reader.close();
  }

  /** Document parts that were read so far, encoded or not. */
  long partsRead() {
    return nextPart;
  }

  private List<DocumentPart> nextTask() throws IOException {
    List<DocumentPart> task = new ArrayList<>();
    for (int chars = 0; chars < TASK_CHARS; ) {
      DocumentPart part = reader.next();
      if (part == null) {
        break;
      }
      if (own.test(nextPart++)) {
        task.add(part);
        chars += part.text().length();
      }
    }
    return task;
  }

  private static List<TokenPart> await(Future<List<TokenPart>> task) throws IOException {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while tokenizing", e);
    } catch (ExecutionException e) {
      throw new CorpusException("a document cannot be tokenized: " + e.getCause(), e);
    }
  }

  private static long bytesOf(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      if (!Files.isRegularFile(file)) {
        throw new CorpusException(
            "%s: no such text file (looked for %s)".formatted(file, file.toAbsolutePath()));
      }
      bytes += Files.size(file);
    }
    return bytes;
  }
}
