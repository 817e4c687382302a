package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Precision;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.subnetworks.train.Schedule;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Hard-concrete gates against autograd in plain PyTorch: {@code golden/hard_concrete.py}. */
final class HardConcreteTest {
  private static final Path REFERENCE = Path.of("golden", "hard-concrete", "reference.safetensors");
  private static final int STEPS = 120;
  private static final double RATE = 5e-2;
  private static final double LAMBDA = 0.5;
  private static final long SEED = 3;

  /** Of the trained values, every so many are kept. */
  private static final int EVERY = 16;

  /** Double precision carries 16 digits, and Adam's normalised steps magnify the last ones. */
  private static final double FP64_TOLERANCE = 1e-8;

  /** FP32 carries 7 digits; a gate that reaches 0 or 1 a little earlier loses a whole gradient. */
  private static final double FP32_TOLERANCE = 1e-3;

  @Test
  void inDoublePrecisionEveryGateEqualsPyTorchs() throws IOException {
    Trained trained = train(Precision.FP64);
    try (SafetensorsFile reference = SafetensorsFile.open(REFERENCE)) {
      double[] losses = doubles(reference.tensor("loss_nats"));
      for (int step = 0; step < STEPS; step++) {
        assertThat((double) trained.outcome.lossNats()[step])
            .isCloseTo(losses[step], within(1e-6)); // losses are kept in FP32
      }
      trained.values.forEach(
          (name, values) -> {
            double[] expected = doubles(reference.tensor(name));
            for (int i = 0; i < expected.length; i++) {
              assertThat(values[i * EVERY])
                  .as("%s %d", name, i * EVERY)
                  .isCloseTo(expected[i], within(FP64_TOLERANCE * Math.abs(expected[i])));
            }
          });
      long[] active = reference.tensor("active").readLongs();
      List<BitSet> hard = trained.hardInOrder();
      for (int i = 0; i < active.length; i++) {
        assertThat(hard.get(i).cardinality()).isEqualTo((int) active[i]);
      }
    }
  }

  @Test
  void inSinglePrecisionTheGatesAreThoseOfPyTorch() throws IOException {
    Trained trained = train(Precision.FP32);
    double difference = 0;
    double size = 0;
    try (SafetensorsFile reference = SafetensorsFile.open(REFERENCE)) {
      for (String name : trained.values.keySet()) {
        double[] expected = doubles(reference.tensor(name));
        for (int i = 0; i < expected.length; i++) {
          if (expected[i] > -1e5) { // weights that are zero stand at −1e6
            difference += Math.pow(trained.values.get(name)[i * EVERY] - expected[i], 2);
            size += Math.pow(expected[i], 2);
          }
        }
      }
    }
    assertThat(Math.sqrt(difference / size)).isLessThan(FP32_TOLERANCE);
  }

  private record Trained(
      MaskTrainer.Outcome outcome, SortedMap<String, double[]> values, List<String> names) {
    List<BitSet> hardInOrder() {
      return names.stream().map(name -> outcome.hard().get(name)).toList();
    }
  }

  private static Trained train(Precision precision) throws IOException {
    Schedule schedule = Schedule.gates(STEPS, RATE, 8, 16, 1);
    try (TinyModel tiny = new TinyModel(precision);
        BigramTable table = BigramTable.open(TinyModel.BIGRAMS);
        BigramTarget target = new BigramTarget(table, tiny.model());
        MaskTrainer trainer = tiny.trainer(schedule, target)) {
      trainer.begin(LAMBDA, SEED);
      MaskTrainer.Outcome outcome = trainer.run(Progress.silent(), training -> {});
      List<String> names =
          tiny.model().weights().maskable().stream().map(weight -> weight.name()).toList();
      return new Trained(outcome, trainer.values(), names);
    }
  }

  private static double[] doubles(StoredTensor tensor) {
    return tensor.bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
  }
}
