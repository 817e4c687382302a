package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.ngram.HardwireAnalysis;
import circuitscope.heads.ngram.HardwireResult;
import circuitscope.heads.ngram.NgramLayer;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.UnknownSiteException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hard-wired n-gram layer against PyTorch ({@code golden/ngram_layer.py}) and differences. */
final class NgramLayerTest {
  /** FP32 here and FP64 there, through five steps of Adam, which divides by small gradients. */
  private static final double TOLERANCE = 1e-4;

  /** Central differences of an FP32 loss: rounding of about 1e-7 over a step of 1e-2. */
  private static final double DIFFERENCE_TOLERANCE = 1e-2;

  private JsonNode golden;
  private int[][] train;
  private int[][] heldOut;
  private Checkpoint checkpoint;
  private Model model;

  @BeforeEach
  void open() throws IOException {
    ObjectMapper json = new ObjectMapper();
    golden = json.readTree(Path.of("golden", "ngram-layer.json").toFile());
    train = json.convertValue(golden.get("train"), int[][].class);
    heldOut = json.convertValue(golden.get("held_out"), int[][].class);
    checkpoint = Checkpoint.open(Path.of("golden", "gpt2"));
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  private NgramLayer layer(@Nullable Long controlSeed) {
    return new NgramLayer(model, golden.get("layer").asInt(), List.of(1, 2), controlSeed);
  }

  private double learningRate() {
    return golden.get("learning_rate").asDouble();
  }

  @Test
  void trainingEqualsPyTorchs() {
    try (NgramLayer layer = layer(null)) {
      for (JsonNode loss : golden.get("losses")) {
        assertThat((double) layer.step(train, learningRate()))
            .isCloseTo(loss.asDouble(), within(TOLERANCE));
      }
      assertThat(mean(layer.tokenLosses(heldOut)))
          .isCloseTo(golden.get("held_out_loss").asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void firstGradientsEqualPyTorchs() {
    try (NgramLayer layer = layer(null)) {
      float[][] gradients = layer.gradients(train);
      List<String> names = List.of("w0_1", "w0_2", "w1", "bias");
      for (int i = 0; i < gradients.length; i++) {
        double expected = golden.get("gradient_norms").get(names.get(i)).asDouble();
        assertThat(norm(gradients[i])).as(names.get(i)).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void gradientsEqualFiniteDifferences() {
    Random random = new Random(3);
    try (NgramLayer layer = layer(null)) {
      layer.step(train, learningRate()); // not at the start, where W is zero
      float[][] values = layer.values();
      float[][] gradients = layer.gradients(train);
      for (int which = 0; which < values.length; which++) {
        float[] direction = new float[values[which].length];
        double expected = 0;
        for (int i = 0; i < direction.length; i++) {
          direction[i] = (float) (random.nextGaussian() / Math.sqrt(direction.length));
          expected += gradients[which][i] * direction[i];
        }
        double slope =
            (moved(layer, values, which, direction, 0.02f)
                    - moved(layer, values, which, direction, -0.02f))
                / 0.04;
        assertThat(slope)
            .as("matrix %d", which)
            .isCloseTo(expected, within(DIFFERENCE_TOLERANCE * norm(gradients[which])));
      }
    }
  }

  private double moved(
      NgramLayer layer, float[][] values, int which, float[] direction, float step) {
    float[][] moved = values.clone();
    moved[which] = values[which].clone();
    for (int i = 0; i < direction.length; i++) {
      moved[which][i] += step * direction[i];
    }
    layer.set(moved);
    double loss = mean(layer.tokenLosses(train));
    layer.set(values);
    return loss;
  }

  @Test
  void beforeTrainingNothingChanges() {
    float[][] plain = model.tokenLosses(TokenBatch.of(heldOut), Taps.NONE);
    try (NgramLayer layer = layer(null);
        NgramLayer control = layer(1L)) {
      assertThat(layer.tokenLosses(heldOut)).isDeepEqualTo(plain);
      assertThat(control.tokenLosses(heldOut)).isDeepEqualTo(plain);
    }
  }

  @Test
  void onRepeatsTheLayerSavesMoreThanItsControl() {
    HardwireResult result =
        run(null, Map.of("layer", "1", "steps", "60", "length", "24", "learning-rate", "0.01"));
    assertThat(result.gainNats().low()).isPositive();
    assertThat(result.beyondControlNats().low()).isPositive();
    assertThat(result.coverage().getFirst()).isGreaterThan(result.coverage().getLast());
    assertThat(result.gainNats().value())
        .isCloseTo(result.lossNats().value() - result.hardwiredLossNats().value(), within(1e-9));
  }

  @Test
  void textShorterThanNeededIsRefused() {
    TokenInput tokens = new TokenInput.Ids("four rows", train);
    assertThatThrownBy(() -> run(tokens, Map.of("layer", "1", "length", "23")))
        .hasMessageContaining("4 windows of 23 tokens; 64 held out and a batch of 8 need 72");
  }

  @Test
  void aLayerThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> run(null, Map.of("layer", "3", "length", "24")))
        .isInstanceOf(UnknownSiteException.class)
        .hasMessageContaining("blocks.3.hook_resid_pre");
  }

  private HardwireResult run(@Nullable TokenInput input, Map<String, String> written) {
    return new HardwireAnalysis()
        .run(
            new Subject(model, null, input),
            ParameterSpec.of(HardwireAnalysis.Parameters.class).read(written),
            Progress.silent());
  }

  private static double mean(float[][] losses) {
    double sum = 0;
    int count = 0;
    for (float[] row : losses) {
      for (float nats : row) {
        sum += nats;
        count++;
      }
    }
    return sum / count;
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
