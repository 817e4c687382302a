package circuitscope.app.session.job.run;

import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a cell will take, as far as that is known before it runs.
 *
 * @param done whether its result is there, so that it will not be run
 * @param seconds of the analysis; null when no run of it was measured
 * @param hostBytes memory of the process
 * @param deviceBytes memory of the GPU; null on the CPU
 * @param diskBytes of its files; null when no run of it was measured
 * @param basis where the numbers come from
 */
public record CellEstimate(
    int number,
    String cell,
    String folder,
    boolean done,
    @Nullable Double seconds,
    @Nullable Long hostBytes,
    @Nullable Long deviceBytes,
    @Nullable Long diskBytes,
    String basis,
    List<String> command) {
  /** Rows in a run, where the parameters name no batch. */
  static final int ROWS = 8;

  private static final int LONGEST_USUAL = 1024;
  private static final int CHARACTERS_A_TOKEN = 4;

  /** Java, its heap and libtorch, beside what is computed; measured on Linux. */
  private static final long PROCESS_BYTES = 500L << 20;

  /** The estimate of a cell from its model's size and what earlier runs measured. */
  static CellEstimate of(Job job, Cell cell, Measurements earlier) {
    Outcome outcome = Outcome.of(job, cell, Outcome.State.NOT_RUN);
    boolean done = !CellQueue.readsOthers(job, cell) && JobRunner.isDone(job, cell);
    Measurements.Guess guess = Measurements.Guess.NONE;
    Long host = null;
    Long device = null;
    String size = "";
    try {
      ModelSize model = ModelSize.of(cell.model().choice().model());
      boolean gpu = OpenModel.deviceKind(cell.model().choice().device()).equals("cuda");
      guess = earlier.guess(cell, model.parameters(), gpu ? "cuda" : "cpu");
      long needed = bytes(model, cell);
      host = guess.hostBytes() != null ? guess.hostBytes() : PROCESS_BYTES + (gpu ? 0 : needed);
      device = !gpu ? null : guess.deviceBytes() != null ? guess.deviceBytes() : needed;
      size = guess.hostBytes() != null ? "" : "memory from the model's size; ";
    } catch (IOException | RuntimeException e) {
      size = "the model's size cannot be read: %s; ".formatted(e.getMessage());
    }
    return new CellEstimate(
        cell.number(),
        cell.label(),
        outcome.folder(),
        done,
        done ? Double.valueOf(0) : guess.seconds(),
        host,
        device,
        guess.diskBytes(),
        done ? "done: a result of the same content is there" : size + guess.basis(),
        outcome.command());
  }

  /** The weights, and one run of the rows and positions that the parameters name. */
  private static long bytes(ModelSize model, Cell cell) {
    Precision precision = Precision.parse(cell.model().choice().dtype());
    int rows = number(cell.run().written(), ROWS, "batch");
    MemoryEstimate run =
        MemoryEstimate.run(model.spec(), precision, rows, positions(model, cell), 0, true);
    return model.weightBytes(precision) + run.bytes();
  }

  /** Tokens a row: as the parameters say, or what the text has, or a usual context. */
  static int positions(ModelSize model, Cell cell) {
    int usual = Math.min(model.spec().contextLength(), LONGEST_USUAL);
    TokenInput input = cell.text() == null ? null : cell.text().input();
    if (input instanceof TokenInput.Prompt prompt) {
      usual = Math.clamp(prompt.text().length() / CHARACTERS_A_TOKEN, 1, usual);
    } else if (input instanceof TokenInput.Ids ids) {
      usual = Math.max(1, ids.rows()[0].length);
    }
    return number(cell.run().written(), usual, "length", "context");
  }

  private static int number(Map<String, Object> written, int byDefault, String... names) {
    for (String name : names) {
      if (written.get(name) instanceof Number number && number.intValue() > 0) {
        return number.intValue();
      }
    }
    return byDefault;
  }
}
