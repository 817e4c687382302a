package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.Slot;
import circuitscope.subnetworks.judge.ControlsAnalysis;
import circuitscope.subnetworks.judge.ControlsResult;
import circuitscope.subnetworks.judge.Judgement;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Embedding controls against {@code golden/subnetwork_controls.py}. */
final class ControlsTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");

  /** FP64 on both sides; surprisals are kept in FP32. */
  private static final double TOLERANCE = 1e-6;

  @TempDir Path temporary;
  private Checkpoint checkpoint;
  private Model model;
  private Path mask;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE);
    mask = temporary.resolve("third.safetensors");
    MaskFile.write(mask, everyThird());
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  @Test
  void embeddingsAloneAndWithALinearMapAgreeWithPyTorch() throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(Path.of("golden", "subnetwork-controls.json").toFile());

    List<Judgement> controls = controls(Map.of()).controls();

    assertThat(controls)
        .extracting(Judgement::mask)
        .containsExactly(
            "full model",
            "subnetwork",
            "embeddings only",
            "embeddings + linear map",
            "random init, full",
            "random init + embeddings, full");
    for (Judgement one : controls.subList(0, 4)) {
      JsonNode reference = expected.get(one.mask());
      assertThat(one.pearsonClamp())
          .as(one.mask())
          .isCloseTo(reference.get("pearson_clamp").asDouble(), within(TOLERANCE));
      assertThat(one.pearsonDrop())
          .as(one.mask())
          .isCloseTo(reference.get("pearson_drop").asDouble(), within(TOLERANCE));
      assertThat(one.crossEntropyBits())
          .as(one.mask())
          .isCloseTo(reference.get("cross_entropy_bits").asDouble(), within(TOLERANCE));
    }
  }

  @Test
  void masksFoundAtRandomInitialisationAreSavedAndGiveTheSameWhenGiven() {
    ControlsResult found = controls(Map.of("max-steps", "20", "train-batch", "4"));
    ControlsResult given =
        controls(
            Map.of(
                "random-mask", temporary.resolve("random-init.safetensors").toString(),
                "patched-mask",
                    temporary.resolve("random-init-embeddings.safetensors").toString()));

    assertThat(found.trained()).hasSize(2).allMatch(one -> one.steps() == 20);
    assertThat(given.trained()).isEmpty();
    for (int i : new int[] {5, 7}) {
      assertThat(found.controls().get(i).mask()).endsWith(", subnetwork");
      assertThat(given.controls().get(i).pearsonClamp())
          .isEqualTo(found.controls().get(i).pearsonClamp());
      assertThat(found.controls().get(i).pearsonClamp())
          .isNotEqualTo(found.controls().get(i - 1).pearsonClamp());
    }
  }

  @Test
  void aReinitialisedModelIsTheRandomOneOfTheSameSeedAndKeepsWhatItIsTold() throws IOException {
    try (Model random = Model.random(checkpoint.config(), 5, ComputeDevice.CPU, Precision.FP64);
        Model fresh = model.reinitialised(5, 0.02, Set.of());
        Model patched = model.reinitialised(5, 0.02, Set.of(Slot.EMBED, Slot.UNEMBED))) {
      random
          .weights()
          .forEach(
              weight ->
                  assertThat(fresh.weights().named(weight.name()).array().toDoubleArray())
                      .as(weight.name())
                      .isEqualTo(weight.array().toDoubleArray()));
      NDArray trained = model.weights().find(Slot.EMBED).array();
      assertThat(patched.weights().find(Slot.EMBED).array()).isSameAs(trained);
      assertThat(patched.weights().find(Slot.UNEMBED).array()).isSameAs(trained);
      assertThat(fresh.weights().find(Slot.UNEMBED).array())
          .as("tied")
          .isSameAs(fresh.weights().find(Slot.EMBED).array());
      assertThat(patched.identity().transforms().getFirst()).contains("seed 5", "EMBED");
    }
  }

  private ControlsResult controls(Map<String, String> with) {
    Map<String, String> written = new HashMap<>(with);
    written.put("mask", mask.toString());
    written.put("bigrams", FOLDER.resolve("bigrams.safetensors").toString());
    written.put("length", "16");
    written.put("batch", "4");
    written.put("aside-sequences", "4");
    TokenInput tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
    return new ControlsAnalysis()
        .run(
            new Subject(model, null, tokens, temporary),
            ParameterSpec.of(ControlsAnalysis.Parameters.class).read(written),
            Progress.silent());
  }

  private Mask everyThird() {
    List<MaskMatrix> matrices =
        model.weights().maskable().stream()
            .map(
                weight -> {
                  long[] shape = weight.array().getShape().getShape();
                  BitSet bits = new BitSet();
                  for (int i = 0; i < weight.array().size(); i += 3) {
                    bits.set(i);
                  }
                  return new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], bits);
                })
            .toList();
    return Mask.of("every third", matrices, MaskProvenance.NONE);
  }
}
