package circuitscope.probes.tuned;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One training in a folder: {@code tuned-lens.training.safetensors} while it runs, from which it
 * can go on, and {@code tuned-lens.safetensors} when it is done.
 */
final class TuneRun {
  private static final String STEPS_DONE = "steps_done";
  private static final String CURVE = "curve";
  private static final String TOKENS = "tokens_digest";

  private final Path file;
  private final Path state;
  private final boolean resume;
  private final TuneRecipe recipe;
  private final SortedMap<String, String> identity;

  private TuneRun(
      Path folder, boolean resume, TuneRecipe recipe, SortedMap<String, String> identity) {
    file = folder.resolve("tuned-lens.safetensors");
    state = folder.resolve("tuned-lens.training.safetensors");
    this.resume = resume;
    this.recipe = recipe;
    this.identity = identity;
  }

  /**
   * A point of the training curve.
   *
   * @param step steps done before it
   * @param lossNats {@code [layer]} on that step's tokens
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Point(int step, double[] lossNats) {
    String written() {
      return step
          + ":"
          + Arrays.stream(lossNats).mapToObj(Double::toString).collect(Collectors.joining(","));
    }

    static Point read(String written) {
      String[] parts = written.split(":", 2);
      double[] losses =
          Arrays.stream(parts[1].split(",", -1)).mapToDouble(Double::parseDouble).toArray();
      return new Point(Integer.parseInt(parts[0]), losses);
    }
  }

  /**
   * A finished training.
   *
   * @param stepsHere steps that this process took; the others were an earlier one's
   */
  record Trained(Path file, List<Point> curve, int stepsHere, double seconds) {}

  /**
   * A run in that folder.
   *
   * @throws IllegalArgumentException when something lies there, unless an unfinished run is to go
   *     on
   */
  static TuneRun in(Path folder, Model model, TuneRecipe recipe, boolean resume) {
    SortedMap<String, String> identity = TunedLensFile.bound(model, recipe.biasOnly());
    identity.putAll(recipe.described());
    identity.put("dtype", model.precision().name());
    TuneRun run = new TuneRun(folder, resume, recipe, identity);
    if (Files.exists(run.file) || (Files.exists(run.state) && !resume)) {
      throw new IllegalArgumentException(
          Files.exists(run.file)
              ? run.file + " is there already; choose another --out"
              : run.state
                  + " is an unfinished training; add --resume to go on with it, or choose another"
                  + " --out");
    }
    return run;
  }

  /** Trains, or goes on, and writes the lens. */
  Trained train(LensTrainer trainer, TokensRead read, TuneAnalysis.Parameters p, Progress progress)
      throws IOException {
    identity.put(TOKENS, read.digest());
    List<Point> curve = resume && Files.exists(state) ? restore(trainer) : new ArrayList<>();
    progress.begin(recipe.steps(), "steps");
    progress.advanceTo(trainer.step());
    int before = trainer.step();
    long start = System.nanoTime();
    long saved = start;
    try {
      while (trainer.step() < recipe.steps()) {
        boolean last = trainer.step() == recipe.steps() - 1;
        step(trainer, last || trainer.step() % p.measureEvery() == 0, curve, progress);
        if (!last && System.nanoTime() - saved > p.saveEvery() * 1e9) {
          save(trainer, curve);
          saved = System.nanoTime();
        }
        progress.advance(1);
      }
    } catch (CancelledException e) {
      save(trainer, curve);
      throw e;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    TunedLensFile.write(file, trainer.lens(), identity);
    Files.deleteIfExists(state);
    return new Trained(file, curve, trainer.step() - before, seconds);
  }

  private static void step(
      LensTrainer trainer, boolean measured, List<Point> curve, Progress progress) {
    int step = trainer.step();
    double[] losses = trainer.advance(measured);
    if (measured) {
      double mean = Arrays.stream(losses).average().orElse(Double.NaN);
      if (Double.isNaN(mean)) {
        throw new IllegalStateException(
            "the loss became NaN by step %d; lower --rate-scale".formatted(step));
      }
      curve.add(new Point(step, losses));
      progress.note("mean loss %.4f nats".formatted(mean));
    }
  }

  private void save(LensTrainer trainer, List<Point> curve) throws IOException {
    Map<String, String> metadata = new TreeMap<>(identity);
    metadata.put(STEPS_DONE, Integer.toString(trainer.step()));
    metadata.put(CURVE, curve.stream().map(Point::written).collect(Collectors.joining("\n")));
    TunedLensFile.write(state, metadata, trainer.state());
  }

  private List<Point> restore(LensTrainer trainer) {
    try (SafetensorsFile saved = SafetensorsFile.open(state)) {
      Map<String, String> metadata = saved.metadata();
      identity.forEach(
          (key, value) -> {
            String had = metadata.getOrDefault(key, "nothing");
            if (!had.equals(value)) {
              throw new CheckpointException(
                  state,
                  "was made with %s '%s', and this training has '%s'; go on with the same settings,"
                          .formatted(key, had, value)
                      + " or choose another --out");
            }
          });
      trainer.restore(saved, Integer.parseInt(metadata.getOrDefault(STEPS_DONE, "0")));
      return metadata
          .getOrDefault(CURVE, "")
          .lines()
          .map(Point::read)
          .collect(Collectors.toCollection(ArrayList::new));
    }
  }
}
