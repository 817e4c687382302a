package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Shard;
import java.io.IOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What running a share of a job will take.
 *
 * @param folder where the results will lie
 * @param seconds of all cells of which it is known
 * @param unknown cells of which the time is not known
 * @param hostBytes the most that any cell's process needs
 * @param deviceBytes the most that any cell needs of a GPU; null when none uses one
 * @param diskBytes of all cells of which it is known
 */
public record DryRun(
    String job,
    String folder,
    double seconds,
    int unknown,
    @Nullable Long hostBytes,
    @Nullable Long deviceBytes,
    long diskBytes,
    List<CellEstimate> cells) {

  /** The estimate of a share; runs nothing. */
  public static DryRun of(Job job, Shard shard) throws IOException {
    Measurements earlier = Measurements.under(job.out());
    List<Cell> share = shard.of(job.cells());
    List<CellEstimate> cells =
        share.stream().map(cell -> CellEstimate.of(job, cell, earlier)).toList();
    return new DryRun(
        job.name(),
        job.folder().toString(),
        cells.stream().mapToDouble(one -> one.seconds() == null ? 0 : one.seconds()).sum(),
        (int) cells.stream().filter(one -> one.seconds() == null).count(),
        most(cells, CellEstimate::hostBytes),
        most(cells, CellEstimate::deviceBytes),
        cells.stream().mapToLong(one -> one.diskBytes() == null ? 0 : one.diskBytes()).sum(),
        cells);
  }

  private static @Nullable Long most(
      List<CellEstimate> cells, Function<CellEstimate, @Nullable Long> of) {
    Long most = null;
    for (CellEstimate cell : cells) {
      Long bytes = of.apply(cell);
      if (bytes != null && (most == null || bytes > most)) {
        most = bytes;
      }
    }
    return most;
  }
}
