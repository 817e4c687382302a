package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.geometry.Rotation;
import circuitscope.probes.geometry.RotationAnalysis;
import circuitscope.probes.geometry.RotationResult;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.Weight;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.stream.StreamAnalysis;
import circuitscope.subnetworks.stream.StreamResult;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stream's geometry against NumPy on the tiny model of {@code golden/mask_training.py}. */
final class StreamGeometryTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");

  /** FP64 on both sides; a map's condition number is below 1e5. */
  private static final double TOLERANCE = 1e-8;

  @TempDir Path temporary;
  private Checkpoint checkpoint;
  private Model model;
  private Subject subject;

  @BeforeEach
  void open() {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE);
    TokenInput tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
    subject = new Subject(model, null, tokens);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  @Test
  void rotationsAndCovariancesEqualNumPys() throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Path.of("golden", "stream-geometry.json").toFile());

    RotationResult result = rotation(subject, 3);

    assertThat(result.tokens()).isEqualTo(expected.get("tokens").asLong());
    equal(result.geometry().toInput(), expected.get("to_input"));
    equal(result.geometry().toOutput(), expected.get("to_output"));
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(result.similarity()[i][j])
            .isCloseTo(expected.get("similarity").get(i).get(j).asDouble(), within(TOLERANCE));
      }
    }
  }

  private static void equal(List<Rotation> actual, JsonNode expected) {
    for (int state = 0; state < 3; state++) {
      JsonNode one = expected.get(state);
      assertThat(actual.get(state).degrees())
          .isCloseTo(one.get("degrees").asDouble(), within(TOLERANCE));
      assertThat(actual.get(state).modulus())
          .isCloseTo(one.get("modulus").asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void theBatchDoesNotMatter() {
    double[] one = rotation(subject, 1).outputDegrees();

    assertThat(rotation(subject, 8).outputDegrees()).containsExactly(one, within(TOLERANCE));
  }

  @Test
  void aStreamThatIsNotFiniteAtOnePercentOfTheTokensIsRefused() {
    Model broken =
        model.with(
            (weight, scope) -> {
              if (!weight.name().equals("transformer.wte.weight")) {
                return weight.array();
              }
              NDArray used = weight.array().duplicate();
              used.attach(scope);
              used.set(new NDIndex("3"), Double.NaN);
              return used;
            });
    try (broken) {
      assertThatThrownBy(() -> rotation(new Subject(broken, null, subject.requireInput()), 8))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("not finite");
    }
  }

  @Test
  void fewerTokensThanDimensionsAreRefused() {
    TokenInput few = new TokenInput.Ids("few", new int[][] {{1, 2, 3, 4, 5, 6, 7, 8}});

    assertThatThrownBy(() -> rotation(new Subject(model, null, few), 8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("8 tokens");
  }

  @Test
  void whereEveryWeightIsKeptOnlyTheComplementDiffersAndItsLayersTurnNothing() throws IOException {
    StreamResult result = stream(whole());

    StreamResult.Variant full = result.models().get("full model");
    StreamResult.Variant complement = result.models().get("complement");
    assertThat(result.models().keySet())
        .containsExactly("full model", "subnetwork", "complement", "random control");
    assertThat(result.models().get("subnetwork").outputDegrees())
        .containsExactly(full.outputDegrees(), within(TOLERANCE));
    assertThat(result.models().get("random control").inputDegrees())
        .containsExactly(full.inputDegrees(), within(TOLERANCE));
    // Layers without weights add their biases alone: a shift, which centring removes.
    assertThat(complement.outputDegrees()).containsOnly(0.0);
    assertThat(complement.firstSimilarity()).isCloseTo(1, within(TOLERANCE));
    assertThat(full.firstSimilarity()).isLessThan(0.9);
  }

  private static RotationResult rotation(Subject subject, int batch) {
    return new RotationAnalysis()
        .run(subject, new RotationAnalysis.Parameters(16, batch, 1000), Progress.silent());
  }

  private StreamResult stream(Mask mask) throws IOException {
    Path file = temporary.resolve("mask.safetensors");
    MaskFile.write(file, mask);
    return new StreamAnalysis()
        .run(
            subject,
            new StreamAnalysis.Parameters(file.toString(), 16, 8, 1000, 0),
            Progress.silent());
  }

  private Mask whole() {
    List<MaskMatrix> matrices = new ArrayList<>();
    for (Weight weight : model.weights().maskable()) {
      long[] shape = weight.array().getShape().getShape();
      BitSet bits = new BitSet();
      bits.set(0, Math.toIntExact(weight.array().size()));
      matrices.add(new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], bits));
    }
    return Mask.of("all", matrices, MaskProvenance.NONE);
  }
}
