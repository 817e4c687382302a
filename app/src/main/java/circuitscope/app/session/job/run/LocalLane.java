package circuitscope.app.session.job.run;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.app.session.job.Outcome;
import circuitscope.models.checkpoint.NpzWriter;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokensRead;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs cells in this process. A model stays open until a cell of another one comes. */
final class LocalLane implements Lane {
  static final String FAILED = "failed.json";

  private static final double OPENING = 0.2;

  private final Job job;
  private @Nullable JobModel model;
  private @Nullable OpenModel opened;
  private @Nullable Exception closed; // why the model could not be opened
  private long freeBefore;

  LocalLane(Job job) {
    this.job = job;
  }

  @Override
  public @Nullable JobModel model() {
    return model;
  }

  @Override
  public Outcome run(Cell cell, Progress.Listener listener) throws IOException {
    long start = System.nanoTime();
    Outcome outcome = Outcome.of(job, cell, Outcome.State.NOT_RUN);
    Progress progress = Progress.to(listener);
    try {
      CellKey key = CellKey.of(job, cell);
      dropOutdated(cell.folder(), key);
      HostMemory.resetPeak();
      OpenModel open = open(cell, progress);
      AnalysisRun.Finished<?, ?> finished =
          cell.run().on(open, cell.folder(), progress.step(cell.analysis().id(), 1));
      write(cell, key, open, finished);
      return outcome.done(seconds(start));
    } catch (CancelledException e) {
      throw e;
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return failed(cell, outcome.failed(seconds(start), reason(e)));
    }
  }

  private OpenModel open(Cell cell, Progress progress) throws IOException {
    boolean readsText = cell.text() != null && !(cell.text().input() instanceof TokenInput.Ids);
    OpenModel open = opened;
    boolean same = cell.model().equals(model);
    if (same && closed != null) {
      throw new IOException(reason(closed), closed);
    }
    if (same && open != null && (open.tokenizer() != null || !readsText)) {
      return open;
    }
    close();
    model = cell.model();
    freeBefore = OpenModel.freeBytes(cell.model().choice().device());
    try {
      open = OpenModel.open(cell.model().choice(), readsText, progress.step("opening", OPENING));
    } catch (IOException | RuntimeException e) {
      closed = e instanceof CancelledException || readsText ? null : e;
      throw e;
    }
    opened = open;
    return open;
  }

  /** Deletes a result of another key, so that no mixture of two can arise, and a kill's rests. */
  private static void dropOutdated(Path folder, CellKey key) throws IOException {
    PendingOutput.deleteLeft(folder);
    CellRecord record = CellRecord.read(folder);
    if (record != null && !record.key().equals(key.digest())) {
      for (String file : record.files().reversed()) {
        Path inside = folder.resolve(file).normalize();
        if (inside.startsWith(folder.normalize())) {
          Files.deleteIfExists(inside);
        }
      }
    }
  }

  private void write(Cell cell, CellKey key, OpenModel open, AnalysisRun.Finished<?, ?> finished)
      throws IOException {
    finished.write(
        cell.folder(),
        job.output().figures(),
        root -> {
          if (job.output().npz() && !finished.result().tensors().isEmpty()) {
            NpzWriter.write(root.resolve("tensors.npz"), finished.result().tensors());
          }
          List<String> files = CellRecord.filesIn(root);
          CellRecord record =
              new CellRecord(
                  key.digest(),
                  key.of(),
                  files,
                  finished.result().summary(),
                  measured(open, finished, CellRecord.bytesOf(root, files)));
          Files.writeString(root.resolve(CellRecord.FILE), Json.pretty(record) + "\n");
        });
    Files.deleteIfExists(cell.folder().resolve(FAILED));
  }

  private CellRecord.Measured measured(
      OpenModel open, AnalysisRun.Finished<?, ?> finished, long diskBytes) throws IOException {
    TokensRead tokens = finished.result().tokensRead();
    boolean gpu = open.model().device().gpu();
    long taken = freeBefore - OpenModel.freeBytes(open.choice().device());
    return new CellRecord.Measured(
        finished.run().analysis().id(),
        ModelSize.of(open.choice().model()).parameters(),
        tokens == null ? null : tokens.tokens(),
        gpu ? "cuda" : "cpu",
        open.choice().dtype(),
        finished.wallSeconds(),
        HostMemory.peakBytes(),
        gpu && taken > 0 ? taken : null,
        diskBytes);
  }

  private static Outcome failed(Cell cell, Outcome outcome) throws IOException {
    try (PendingOutput pending = PendingOutput.file(cell.folder().resolve(FAILED))) {
      Files.writeString(pending.path(), Json.pretty(outcome) + "\n");
      pending.commit();
    }
    return outcome;
  }

  static String reason(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  @Override
  public void close() {
    OpenModel open = opened;
    opened = null;
    model = null;
    closed = null;
    if (open != null) {
      open.close();
    }
  }
}
