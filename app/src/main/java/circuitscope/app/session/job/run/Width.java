package circuitscope.app.session.job.run;

import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.Job.Cell;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How many cells run at a time, each in its process.
 *
 * @param gpus that the processes take turns over; 0 to leave the choice to them
 * @param note what people should know of the choice
 */
record Width(int lanes, int gpus, Optional<String> note) {
  private static final Path NVIDIA = Path.of("/proc/driver/nvidia/gpus");

  /** Java itself, its heap and libtorch, beside the model. */
  private static final long PROCESS_BYTES = 700L << 20;

  /**
   * The width for some cells.
   *
   * @param asked 0 for one a GPU where all models may choose theirs, else one
   */
  static Width of(int asked, List<Cell> cells) {
    boolean anyGpu =
        cells.stream().allMatch(cell -> cell.model().choice().device().equals("auto"))
            && OpenModel.deviceKind("auto").equals("cuda");
    int gpus = anyGpu ? visibleGpus() : 0;
    int wanted = Math.min(cells.size(), asked > 0 ? asked : Math.max(1, gpus));
    if (wanted == 1 || gpus >= wanted) {
      return new Width(wanted, wanted == 1 ? 0 : gpus, Optional.empty());
    }
    int fit = fit(cells);
    if (fit >= wanted) {
      return new Width(wanted, gpus, Optional.empty());
    }
    return new Width(
        fit,
        gpus,
        Optional.of(
            "%d cells at a time instead of %d: more do not fit the memory".formatted(fit, wanted)));
  }

  private static int fit(List<Cell> cells) {
    long most = 1;
    String device = cells.getFirst().model().choice().device();
    for (Cell cell : cells) {
      try {
        ModelSize size = ModelSize.of(cell.model().choice().model());
        Precision precision = Precision.parse(cell.model().choice().dtype());
        long run =
            MemoryEstimate.run(
                    size.spec(),
                    precision,
                    CellEstimate.ROWS,
                    CellEstimate.positions(size, cell),
                    0,
                    true)
                .bytes();
        most = Math.max(most, size.weightBytes(precision) + run + PROCESS_BYTES);
      } catch (IOException | RuntimeException e) {
        continue; // running it will say what is wrong
      }
    }
    return Math.clamp(OpenModel.freeBytes(device) / most, 1, Integer.MAX_VALUE);
  }

  private static int visibleGpus() {
    String visible = System.getenv("CUDA_VISIBLE_DEVICES");
    if (visible != null) {
      return visible.isBlank() ? 0 : visible.split(",", -1).length;
    }
    try (Stream<Path> list = Files.list(NVIDIA)) {
      return (int) list.count();
    } catch (IOException e) {
      return 0;
    }
  }

  /** Variables of a lane's process: its GPU, or its share of the cores. */
  Map<String, String> environment(int lane) {
    if (gpus > 1) {
      String visible = System.getenv("CUDA_VISIBLE_DEVICES");
      int turn = lane % gpus;
      String gpu = visible == null ? Integer.toString(turn) : visible.split(",", -1)[turn].strip();
      return Map.of("CUDA_VISIBLE_DEVICES", gpu);
    }
    if (lanes > 1 && System.getenv("OMP_NUM_THREADS") == null) {
      int cores = Math.max(1, Runtime.getRuntime().availableProcessors() / lanes);
      return Map.of("OMP_NUM_THREADS", Integer.toString(cores));
    }
    return Map.of();
  }
}
