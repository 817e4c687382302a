package circuitscope.app.session.job.run;

import circuitscope.app.session.job.CellRecord;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.probes.analysis.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What finished cells took, of every job under one folder. */
final class Measurements {
  private static final int DEEPEST = 8;

  /**
   * What a cell may take.
   *
   * @param seconds null when nothing is known
   * @param basis where that comes from
   */
  record Guess(
      @Nullable Double seconds,
      @Nullable Long hostBytes,
      @Nullable Long deviceBytes,
      @Nullable Long diskBytes,
      String basis) {
    static final Guess NONE =
        new Guess(null, null, null, null, "time and disk unknown: no earlier run of this analysis");
  }

  private final List<CellRecord> records;

  private Measurements(List<CellRecord> records) {
    this.records = records;
  }

  /** Reads what lies there, which may be nothing. */
  static Measurements under(Path folder) throws IOException {
    List<CellRecord> records = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> walk =
          Files.find(folder, DEEPEST, (file, about) -> file.endsWith(CellRecord.FILE))) {
        for (Path file : walk.sorted().toList()) {
          CellRecord record = CellRecord.read(file.resolveSibling(""));
          if (record != null) {
            records.add(record);
          }
        }
      } catch (UncheckedIOException e) {
        throw e.getCause() == null ? new IOException(e) : e.getCause();
      }
    }
    return new Measurements(records);
  }

  /**
   * From runs of the same analysis on the same kind of device: those with the same parameters
   * first, then the nearest in size; time grows as the model does.
   */
  Guess guess(Cell cell, long parameters, String device) {
    String id = cell.analysis().analysis().id();
    String written = Json.line(cell.run().written());
    return records.stream()
        .filter(one -> one.measured().analysis().equals(id))
        .filter(one -> one.measured().device().equals(device))
        .min(
            Comparator.comparing((CellRecord one) -> !sameParameters(one, written))
                .thenComparing(one -> Math.abs(Math.log(ratio(one, parameters)))))
        .map(one -> guess(one, parameters, sameParameters(one, written)))
        .orElse(Guess.NONE);
  }

  private static Guess guess(CellRecord record, long parameters, boolean sameParameters) {
    CellRecord.Measured measured = record.measured();
    double ratio = ratio(record, parameters);
    boolean sameSize = measured.parameters() == parameters;
    String basis =
        sameSize
            ? "measured"
            : String.format(Locale.ROOT, "measured × %.3g, the models' sizes", ratio);
    return new Guess(
        measured.seconds() * ratio,
        sameSize ? measured.hostBytes() : null,
        sameSize ? measured.deviceBytes() : null,
        measured.diskBytes(),
        basis + (sameParameters ? "" : "; with other parameters, so only roughly"));
  }

  private static double ratio(CellRecord record, long parameters) {
    return (double) Math.max(1, parameters) / Math.max(1, record.measured().parameters());
  }

  private static boolean sameParameters(CellRecord record, String written) {
    return Json.line(record.of().getOrDefault("parameters", "")).equals(written);
  }
}
