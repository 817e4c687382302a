package circuitscope.tests.subnetworks;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.subnetworks.judge.HeldOutText;
import circuitscope.subnetworks.train.Granularity;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.subnetworks.train.Schedule;
import circuitscope.subnetworks.train.Target;
import circuitscope.subnetworks.train.TrainAnalysis;
import circuitscope.subnetworks.train.TrainResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The tiny model, tokens and bigrams of {@code golden/mask_training.py}. */
final class TinyModel implements AutoCloseable {
  static final Path FOLDER = Path.of("golden", "mask-training");
  static final Path BIGRAMS = FOLDER.resolve("bigrams.safetensors");
  static final String TOKENS = FOLDER.resolve("tokens.safetensors") + ":input_ids";

  private final Checkpoint checkpoint;
  private final Model model;

  TinyModel(Precision precision) throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.parse("cpu"), precision, (name, done, all) -> {});
  }

  Model model() {
    return model;
  }

  Subject subject() {
    return new Subject(model, null, TokenInput.readIds(TOKENS));
  }

  TrainingSequences sequences(Schedule schedule) {
    return TrainingSequences.read(
        subject(), schedule.length(), schedule.batch(), Progress.silent());
  }

  MaskTrainer trainer(Schedule schedule, Target target) {
    return new MaskTrainer(model, schedule, Granularity.WEIGHT, sequences(schedule), target);
  }

  /**
   * Trains as the command does: 80 steps of 4 × 16 tokens unless {@code changed} says otherwise.
   */
  TrainResult train(Path folder, Map<String, ?> changed, Progress progress) {
    Map<String, Object> written =
        new HashMap<>(
            Map.of(
                "bigrams", BIGRAMS,
                "lambda", 0.5,
                "max-steps", 80,
                "learning-rate", 1e-3,
                "batch", 4,
                "length", 16,
                "attempts", 1,
                "save-every", 0));
    written.putAll(changed);
    written.values().removeIf(""::equals);
    return new TrainAnalysis(HeldOutText::open)
        .run(
            new Subject(model, null, TokenInput.readIds(TOKENS), folder),
            ParameterSpec.of(TrainAnalysis.Parameters.class).read(written),
            progress);
  }

  @Override
  public void close() {
    model.close();
    checkpoint.close();
  }
}
