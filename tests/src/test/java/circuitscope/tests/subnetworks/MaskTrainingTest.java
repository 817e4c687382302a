package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.Granularity;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.subnetworks.train.Schedule;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The trainer against the published procedure in plain PyTorch, 200 steps on a tiny GPT-2 with
 * bigrams of its own: {@code golden/mask_training.py}.
 */
final class MaskTrainingTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");
  private static final int STEPS = 200;
  private static final double LAMBDA = 0.5;

  /** Double precision carries 16 digits, and Adam's normalised steps magnify the last ones. */
  private static final double FP64_TOLERANCE = 1e-8;

  /** FP32 carries 7 digits; where a gradient is about Adam's epsilon the step may turn round. */
  private static final double FP32_TOLERANCE = 1e-4;

  @Test
  void inDoublePrecisionEveryMaskValueEqualsPyTorchs() throws IOException {
    Trained trained = train(Precision.FP64, 1);
    SortedMap<String, double[]> reference = reference("float64");
    double[] losses = reference.remove("loss_nats");
    for (int step = 0; step < STEPS; step++) {
      assertThat((double) trained.outcome.lossNats()[step])
          .isCloseTo(losses[step], within(1e-6)); // losses are kept in FP32
    }
    assertThat(trained.values.keySet()).isEqualTo(reference.keySet());
    reference.forEach(
        (name, expected) -> {
          double[] actual = trained.values.get(name);
          for (int i = 0; i < expected.length; i++) {
            assertThat(actual[i])
                .as("%s %d", name, i)
                .isCloseTo(expected[i], within(FP64_TOLERANCE * Math.abs(expected[i])));
          }
        });
  }

  @Test
  void inSinglePrecisionTheMasksAreThoseOfPyTorch() throws IOException {
    Trained trained = train(Precision.FP32, 1);
    SortedMap<String, double[]> reference = reference("float32");
    reference.remove("loss_nats");
    double difference = 0;
    double size = 0;
    long equal = 0;
    long total = 0;
    for (String name : reference.keySet()) {
      double[] expected = reference.get(name);
      double[] actual = trained.values.get(name);
      for (int i = 0; i < expected.length; i++) {
        if (expected[i] > -1e5) { // weights that are zero stand at −1e6 and would drown the rest
          difference += Math.pow(actual[i] - expected[i], 2);
          size += Math.pow(expected[i], 2);
        }
        equal += actual[i] > 0 == expected[i] > 0 ? 1 : 0;
        total++;
      }
    }
    assertThat(Math.sqrt(difference / size)).isLessThan(FP32_TOLERANCE);
    assertThat((double) equal / total).isGreaterThanOrEqualTo(0.9999);
  }

  @Test
  void aBatchInPartsTrainsTheSameMasks() throws IOException {
    Trained whole = train(Precision.FP64, 1);
    Trained parts = train(Precision.FP64, 4);
    assertThat(parts.outcome.hard()).isEqualTo(whole.outcome.hard());
    assertThat(parts.outcome.lossNats()).containsExactly(whole.outcome.lossNats(), within(1e-6f));
    whole.values.forEach(
        (name, values) ->
            assertThat(parts.values.get(name)).containsExactly(values, within(FP64_TOLERANCE)));
  }

  private record Trained(MaskTrainer.Outcome outcome, SortedMap<String, double[]> values) {}

  private static Trained train(Precision precision, int accumulate) throws IOException {
    Schedule schedule = Schedule.of(STEPS, 1e-3, 1.01, 8, 16, accumulate);
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Model model =
            Model.load(checkpoint, ComputeDevice.parse("cpu"), precision, (name, done, all) -> {});
        BigramTable table = BigramTable.open(FOLDER.resolve("bigrams.safetensors"));
        BigramTarget target = new BigramTarget(table, model)) {
      TokenInput tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
      Progress progress = Progress.silent();
      TrainingSequences sequences =
          TrainingSequences.read(
              new Subject(model, null, tokens), schedule.length(), schedule.batch(), progress);
      try (MaskTrainer trainer =
          new MaskTrainer(model, schedule, Granularity.WEIGHT, sequences, target)) {
        trainer.begin(LAMBDA, 0);
        MaskTrainer.Outcome outcome = trainer.run(progress, training -> {});
        return new Trained(outcome, trainer.values());
      }
    }
  }

  /** The reference's mask values, and its losses as {@code loss_nats}. */
  private static SortedMap<String, double[]> reference(String dtype) {
    SortedMap<String, double[]> values = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("reference.safetensors"))) {
      for (StoredTensor tensor : file.tensors().values()) {
        if (!tensor.name().startsWith(dtype)) {
          continue;
        }
        double[] wide;
        if (tensor.bytes().byteSize() == 8 * tensor.shape().elements()) {
          wide = tensor.bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
        } else {
          float[] narrow = tensor.bytes().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
          wide = new double[narrow.length];
          for (int i = 0; i < wide.length; i++) {
            wide[i] = narrow[i];
          }
        }
        values.put(tensor.name().substring(dtype.length() + 1), wide);
      }
    }
    return values;
  }
}
