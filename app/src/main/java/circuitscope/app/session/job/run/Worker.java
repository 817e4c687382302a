package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a {@link ProcessLane}: reads numbers of cells, one a line, runs each, and writes
 * one JSON document a line. The end of its input, be it that whoever asked was killed, cancels.
 */
public final class Worker {
  /** A line of a worker: how far the cell is, or its outcome. */
  record Message(Progress.@Nullable Snapshot progress, @Nullable Outcome ended) {}

  private static final long REPORT_NANOS = 200_000_000L;

  private final Job job;
  private final PrintStream out;
  private final Progress progress;
  private final AtomicBoolean running = new AtomicBoolean();
  private long reportedNanos;

  private Worker(Job job, PrintStream out, Progress progress) {
    this.job = job;
    this.out = out;
    this.progress = progress;
  }

  /**
   * Works until the input ends.
   *
   * @param progress cancels the present cell
   */
  public static void serve(Job job, InputStream in, PrintStream out, Progress progress)
      throws IOException {
    BlockingQueue<Optional<Integer>> asked = new LinkedBlockingQueue<>();
    Worker worker = new Worker(job, out, progress);
    Thread.ofPlatform().daemon().name("orders").start(() -> worker.listen(in, asked));
    worker.work(asked);
  }

  private void listen(InputStream in, BlockingQueue<Optional<Integer>> asked) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        asked.add(Optional.of(Integer.valueOf(line.strip())));
      }
    } catch (IOException | NumberFormatException e) {
      asked.add(Optional.empty()); // nobody is there any more who could be told
    }
    asked.add(Optional.empty());
    if (running.get()) {
      progress.cancel();
    }
  }

  private void work(BlockingQueue<Optional<Integer>> asked) throws IOException {
    List<Cell> cells = job.cells();
    try (LocalLane lane = new LocalLane(job)) {
      for (Optional<Integer> next = asked.take(); next.isPresent(); next = asked.take()) {
        running.set(true);
        Outcome outcome = lane.run(cells.get(next.get() - 1), this::report);
        running.set(false);
        say(new Message(null, outcome));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void report(Progress.Snapshot snapshot) {
    progress.checkCancelled();
    long now = System.nanoTime();
    if (now - reportedNanos >= REPORT_NANOS) {
      reportedNanos = now;
      say(new Message(snapshot, null));
    }
  }

  private synchronized void say(Message message) {
    out.println(Json.line(message));
    out.flush();
  }
}
