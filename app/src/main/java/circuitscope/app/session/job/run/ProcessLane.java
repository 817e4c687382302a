package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells in a process of its own: for arithmetic that is a property of the process (TF32), and
 * beside other cells, since random streams and gradients are the whole process's. A process that
 * dies fails its cell and no other.
 */
final class ProcessLane implements Lane {
  private static final String MAIN = "circuitscope.app.Main";
  private static final long LOOK_MILLIS = 100;
  private static final long CLEAN_UP_SECONDS = 2;

  private final Job job;
  private final Map<String, String> environment;
  private final BooleanSupplier cancelled;
  private @Nullable JobModel model;
  private @Nullable Process process;
  private BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();

  /**
   * A lane whose process is started with its first cell.
   *
   * @param environment variables that the process has beside this one's
   * @param cancelled asked again and again while a cell runs
   */
  ProcessLane(Job job, Map<String, String> environment, BooleanSupplier cancelled) {
    this.job = job;
    this.environment = Map.copyOf(environment);
    this.cancelled = cancelled;
  }

  @Override
  public @Nullable JobModel model() {
    return model;
  }

  @Override
  public Outcome run(Cell cell, Progress.Listener listener) throws IOException {
    long start = System.nanoTime();
    Process worker = process;
    if (worker == null || !worker.isAlive()) {
      worker = start();
      process = worker;
    }
    model = cell.model();
    try {
      worker.outputWriter(StandardCharsets.UTF_8).append(cell.number() + "\n").flush();
      for (String line = next(worker); line != null; line = next(worker)) {
        Worker.Message message = message(line);
        if (message != null && message.progress() != null) {
          listener.changed(message.progress());
        } else if (message != null && message.ended() != null) {
          return message.ended();
        }
      }
    } catch (CancelledException e) {
      close();
      throw e;
    }
    return died(cell, worker, LocalLane.seconds(start));
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-Dcircuitscope.terminal=false");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
    command.addAll(List.of("run", job.file().toString(), "--worker", job.digest()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    Process worker = builder.start();
    lines = new LinkedBlockingQueue<>();
    BlockingQueue<Optional<String>> to = lines;
    Thread.ofPlatform().daemon().name("worker").start(() -> read(worker.getInputStream(), to));
    return worker;
  }

  private static void read(InputStream in, BlockingQueue<Optional<String>> to) {
    try (BufferedReader said =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      said.lines().forEach(line -> to.add(Optional.of(line)));
    } catch (IOException | RuntimeException e) {
      to.add(Optional.empty());
      return;
    }
    to.add(Optional.empty());
  }

  /** The worker's next line; null after its last. */
  private @Nullable String next(Process worker) {
    try {
      while (true) {
        if (cancelled.getAsBoolean()) {
          throw new CancelledException();
        }
        Optional<String> line = lines.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (line != null) {
          return line.orElse(null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      worker.destroyForcibly();
      throw new CancelledException();
    }
  }

  /** What a line says; null for one that a library printed. */
  private static Worker.@Nullable Message message(String line) {
    try {
      return Json.read(line, Worker.Message.class);
    } catch (IOException e) {
      return null;
    }
  }

  private Outcome died(Cell cell, Process worker, double seconds) throws IOException {
    int code = ended(worker) ? worker.exitValue() : -1;
    process = null;
    model = null;
    String how = code > 128 ? "killed by signal " + (code - 128) : "with exit code " + code;
    String why =
        "the process that ran it ended, %s%s"
            .formatted(how, code == 128 + 9 ? "; was the memory used up?" : "");
    Outcome outcome = Outcome.of(job, cell, Outcome.State.NOT_RUN).failed(seconds, why);
    try (PendingOutput pending = PendingOutput.file(cell.folder().resolve(LocalLane.FAILED))) {
      Files.writeString(pending.path(), Json.pretty(outcome) + "\n");
      pending.commit();
    }
    return outcome;
  }

  private static boolean ended(Process worker) {
    try {
      return worker.waitFor(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Ends the worker's input, which ends it; what does not end in time is killed. */
  @Override
  public void close() {
    Process worker = process;
    process = null;
    model = null;
    if (worker == null) {
      return;
    }
    try {
      worker.getOutputStream().close();
    } catch (IOException e) {
      worker.destroyForcibly(); // it is gone, or as good as that
    }
    if (!ended(worker)) {
      worker.destroyForcibly();
    }
  }
}
