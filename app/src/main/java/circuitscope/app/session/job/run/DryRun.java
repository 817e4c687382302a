package circuitscope.app.session.job.run;

import circuitscope.app.session.job.Job;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Shard;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What running a share of a job will take.
 *
 * @param seconds of all cells of which it is known
 * @param unknown cells of which the time is not known
 * @param hostBytes the most that any cell's process needs
 * @param deviceBytes the most that any cell needs of a GPU; null when none uses one
 * @param diskBytes of all cells of which it is known
 */
public record DryRun(
    String job,
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
        cells.stream().mapToDouble(one -> one.seconds() == null ? 0 : one.seconds()).sum(),
        (int) cells.stream().filter(one -> one.seconds() == null).count(),
        most(cells.stream().map(CellEstimate::hostBytes).toList()),
        most(cells.stream().map(CellEstimate::deviceBytes).toList()),
        cells.stream().mapToLong(one -> one.diskBytes() == null ? 0 : one.diskBytes()).sum(),
        cells);
  }

  private static @Nullable Long most(List<@Nullable Long> bytes) {
    return bytes.stream().filter(Objects::nonNull).max(Long::compare).orElse(null);
  }
}
