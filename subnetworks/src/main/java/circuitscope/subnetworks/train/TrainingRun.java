package circuitscope.subnetworks.train;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Weight;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One λ and seed of a path, in a folder: {@code NAME.training.safetensors} while it runs, {@code
 * NAME.safetensors} when it is done. A run that {@link SpikeRule} calls unstable is kept as {@code
 * NAME.unstable-N.safetensors} and tried again in another order.
 */
final class TrainingRun {
  private static final long SEED_OF_NEXT_ATTEMPT = 1_000_003;

  private final Path folder;
  private final String name;
  private final double lambda;
  private final long seed;
  private final SortedMap<String, String> identity;

  /**
   * A run in {@code folder}.
   *
   * @param settings what decides what the run computes, beyond λ and the seed
   */
  TrainingRun(
      Path folder, String name, double lambda, long seed, SortedMap<String, String> settings) {
    this.folder = folder;
    this.name = name;
    this.lambda = lambda;
    this.seed = seed;
    identity = new TreeMap<>(settings);
    identity.put(MaskProvenance.LAMBDA, LambdaName.of(lambda));
    identity.put(MaskProvenance.SEED, Long.toString(seed));
  }

  /** A hard mask to begin from, at m = ±m₀. */
  record Warm(Mask mask, double m0) {}

  /** A finished run. */
  record Done(
      Mask mask, Path file, MaskTrainer.Outcome outcome, int unstableAttempts, double seconds) {}

  double lambda() {
    return lambda;
  }

  long seed() {
    return seed;
  }

  Path file() {
    return folder.resolve(name + ".safetensors");
  }

  private Path stateFile() {
    return folder.resolve(name + ".training.safetensors");
  }

  /** Whether something of this run lies in the folder. */
  boolean begun() {
    return Files.exists(file()) || Files.exists(stateFile());
  }

  /**
   * The mask that an earlier run of the same settings has finished, or null.
   *
   * @throws CheckpointException when the file is of other settings
   */
  @Nullable Mask finished() throws IOException {
    if (Files.notExists(file())) {
      return null;
    }
    Mask mask = MaskFile.read(file());
    checkSame(file(), identity, mask.provenance().entries());
    return mask;
  }

  static void checkSame(Path file, Map<String, String> identity, Map<String, String> saved) {
    identity.forEach(
        (key, value) -> {
          // Masks of before there were other methods do not name theirs.
          String unnamed =
              key.equals(MaskProvenance.METHOD) ? Method.SIGMOID.toString() : "nothing";
          String had = saved.getOrDefault(key, unnamed);
          if (!value.equals(had)) {
            throw new CheckpointException(
                file,
                "was made with %s '%s', and this training has '%s'; go on with the same settings,"
                        .formatted(key, had, value)
                    + " or choose another --out");
          }
        });
  }

  /**
   * Trains, or goes on with what lies in the folder.
   *
   * @param warm the mask to begin from, null for a fresh start
   */
  Done train(
      MaskTrainer trainer,
      Model model,
      @Nullable Warm warm,
      int attempts,
      Duration saveEvery,
      Progress progress)
      throws IOException {
    long start = System.nanoTime();
    int attempt = 0;
    if (Files.exists(stateFile())) {
      try (TrainingState state = TrainingState.open(stateFile(), identity)) {
        attempt = state.attempt();
        trainer.restore(state, lambda, seedOf(attempt));
      }
    } else {
      begin(trainer, warm, attempt);
    }
    for (; ; attempt++) {
      MaskTrainer.Outcome outcome = run(trainer, attempt, saveEvery, progress);
      boolean settled = !outcome.unstable();
      boolean last = attempt + 1 >= attempts;
      String suffix = settled ? "" : ".unstable-" + (attempt + 1);
      Mask mask = mask(model, outcome, attempt);
      Path file = folder.resolve(name + suffix + ".safetensors");
      MaskFile.write(file, mask);
      Files.deleteIfExists(stateFile());
      if (settled || last) {
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Done(mask, file, outcome, settled ? attempt : attempts, seconds);
      }
      begin(trainer, warm, attempt + 1);
    }
  }

  private void begin(MaskTrainer trainer, @Nullable Warm warm, int attempt) {
    if (warm == null) {
      trainer.begin(lambda, seedOf(attempt));
    } else {
      trainer.beginWarm(lambda, seedOf(attempt), warm.mask(), warm.m0());
    }
  }

  private long seedOf(int attempt) {
    return seed + attempt * SEED_OF_NEXT_ATTEMPT;
  }

  private MaskTrainer.Outcome run(
      MaskTrainer trainer, int attempt, Duration saveEvery, Progress progress) throws IOException {
    CurveLog log = new CurveLog(folder.resolve(name + ".curve.jsonl"), attempt, trainer.steps());
    try {
      return trainer.run(
          progress,
          new MaskTrainer.Checkpoints() {
            private long savedAt = System.nanoTime();

            @Override
            public void looked(MaskTrainer.Point point) throws IOException {
              log.append(point);
            }

            @Override
            public void save(MaskTrainer training) throws IOException {
              if (System.nanoTime() - savedAt > saveEvery.toNanos()) {
                training.save(stateFile(), identity, attempt);
                savedAt = System.nanoTime();
              }
            }
          });
    } catch (CancelledException e) {
      trainer.save(stateFile(), identity, attempt);
      throw e;
    }
  }

  private Mask mask(Model model, MaskTrainer.Outcome outcome, int attempt) {
    Map<String, String> made = new TreeMap<>(identity);
    made.put(MaskProvenance.STEPS, Integer.toString(outcome.steps()));
    made.put(
        "ending", outcome.ending().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    made.put("attempt", Integer.toString(attempt + 1));
    if (outcome.unstable()) {
      made.put("unstable", "true");
    }
    return outcome.mask(model, name, MaskProvenance.of(made));
  }

  /** A reference mask that needs no training: λ = −∞ keeps all weights, λ = ∞ none. */
  Mask untrained(Model model) throws IOException {
    SortedMap<String, BitSet> hard = new TreeMap<>();
    for (Weight weight : model.weights().maskable()) {
      BitSet bits = new BitSet();
      bits.set(0, lambda < 0 ? Math.toIntExact(weight.array().size()) : 0);
      hard.put(weight.name(), bits);
    }
    Mask mask = maskOf(model, name, hard, MaskProvenance.of(identity));
    MaskFile.write(file(), mask);
    return mask;
  }

  static Mask maskOf(
      Model model, String name, SortedMap<String, BitSet> hard, MaskProvenance provenance) {
    List<MaskMatrix> matrices = new ArrayList<>();
    for (Weight weight : model.weights().maskable()) {
      long[] stored = weight.array().getShape().getShape();
      BitSet bits = hard.getOrDefault(weight.name(), new BitSet());
      matrices.add(new MaskMatrix(weight.name(), (int) stored[0], (int) stored[1], bits));
    }
    return Mask.of(name, matrices, provenance);
  }
}
