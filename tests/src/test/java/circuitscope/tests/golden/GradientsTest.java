package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.Weight;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Gradients.AtSites;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Interventions.Edit;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradients equal those of PyTorch, and finite differences of the forward pass. */
final class GradientsTest {
  /** FP32 against FP32, relative to the largest entry. */
  private static final double TOLERANCE = 1e-4;

  /**
   * Central differences of an FP32 loss: rounding of about 1e-7 over a step of 1e-2, and a
   * curvature term of the step squared.
   */
  private static final double DIFFERENCE_TOLERANCE = 1e-2;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "llama-gqa-rope3-fp16"})
  void siteGradientsEqualPyTorch(String name) {
    Golden golden = Golden.read(Golden.folder(name).resolve("golden_gradients.safetensors"));
    try (GoldenModel opened = GoldenModel.open(name)) {
      Model model = opened.model();
      List<Site> sites = Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec());
      TokenBatch tokens = golden.tokens();
      try (AtSites gradients =
          Gradients.at(model, tokens, sites, Taps.NONE, logits -> loss(logits, tokens))) {
        assertThat(gradients.value()).isCloseTo(golden.get("loss")[0], within(1e-5f));
        for (Site site : sites) {
          String reference = "d_hidden_states." + site.layer();
          float[] expected = golden.get(reference);
          assertClose(gradients.trace().values(site), expected, TOLERANCE, reference);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"gpt2", "gpt-neox", "gemma2-hub", "olmo2", "opt-350m", "bloom", "gptj-hub"})
  void siteGradientsEqualFiniteDifferences(String name) {
    try (GoldenModel opened = GoldenModel.open(name)) {
      Model model = opened.model();
      TokenBatch tokens = Golden.of(Golden.folder(name)).tokens();
      Random random = new Random(7);
      for (SiteKind kind : List.of(SiteKind.Z, SiteKind.RESID_POST, SiteKind.MLP_POST)) {
        Site site = Site.of(kind, 1);
        try (AtSites gradients =
            Gradients.at(model, tokens, List.of(site), Taps.NONE, logits -> loss(logits, tokens))) {
          long[] shape = gradients.trace().shape(site);
          float[] gradient = gradients.trace().values(site);
          int width = (int) shape[shape.length - 1];
          float[] direction = new float[width];
          for (int i = 0; i < width; i++) {
            direction[i] = (float) random.nextGaussian();
          }
          // Position 3 moves along one direction, in every row (and head).
          double expected = 0;
          int inner = gradient.length / ((int) shape[0] * (int) shape[1]);
          for (int row = 0; row < shape[0]; row++) {
            for (int i = 0; i < inner; i++) {
              expected += gradient[(row * (int) shape[1] + 3) * inner + i] * direction[i % width];
            }
          }
          float step = 2e-3f;
          double slope =
              (moved(model, tokens, site, direction, step)
                      - moved(model, tokens, site, direction, -step))
                  / (2 * step);
          double scale = Math.max(Math.abs(expected), 0.05);
          assertThat(slope)
              .as("%s of %s", site, name)
              .isCloseTo(expected, within(DIFFERENCE_TOLERANCE * scale));
        }
      }
    }
  }

  private static double moved(
      Model model, TokenBatch tokens, Site site, float[] direction, float step) {
    float[] vector = new float[direction.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = step * direction[i];
    }
    Edit edit = new Edit(site, Selection.ofPositions(3), new Intervention.Add(vector));
    double sum = 0;
    int count = 0;
    Taps taps = new Interventions(model.spec(), List.of(edit));
    for (float[] row : model.tokenLosses(tokens, taps)) {
      for (float nats : row) {
        sum += nats;
        count++;
      }
    }
    return sum / count;
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gpt-neox", "llama-gqa-rope3-fp16"})
  void weightGradientsEqualPyTorchAndFlowThroughASoftMask(String name) {
    Golden golden = Golden.read(Golden.folder(name).resolve("golden_gradients.safetensors"));
    try (GoldenModel opened = GoldenModel.open(name)) {
      Model model = opened.model();
      TokenBatch tokens = golden.tokens();
      int compared = 0;
      for (Weight weight : model.weights().maskable()) {
        if (golden.has("d_" + weight.name())) {
          compared++;
          check(model, weight, tokens, golden);
        }
      }
      assertThat(compared).isPositive();
    }
  }

  /** With W' = W ∘ s at s = 1, ∂L/∂s = W ∘ ∂L/∂W. */
  private static void check(Model model, Weight weight, TokenBatch tokens, Golden golden) {
    try (NDManager owner = model.newManager()) {
      NDArray soft = owner.ones(weight.array().getShape());
      soft.setRequiresGradient(true);
      Model masked =
          model.with(
              (used, scope) ->
                  used.name().equals(weight.name()) ? soft.mul(used.array()) : used.array());
      try (NDManager scope = owner.newSubManager()) {
        Gradients.backward(() -> loss(masked.logits(tokens, Taps.NONE, null, scope), tokens));
      }
      float[] expected = golden.get("d_" + weight.name());
      float[] stored = weight.array().toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        expected[i] *= stored[i];
      }
      assertClose(soft.getGradient().toFloatArray(), expected, TOLERANCE, weight.name());
    }
  }

  /** Mean next-token cross-entropy in nats. */
  private static NDArray loss(NDArray logits, TokenBatch tokens) {
    long batch = tokens.batch();
    long positions = tokens.positions();
    long vocab = logits.getShape().get(2);
    long[] targets = new long[(int) (batch * (positions - 1))];
    int next = 0;
    for (int[] row : tokens.ids()) {
      for (int i = 1; i < row.length; i++) {
        targets[next++] = row[i];
      }
    }
    NDArray target = logits.getManager().create(targets, new Shape(targets.length, 1));
    return logits
        .get(new NDIndex(":, :{}, :", positions - 1))
        .reshape(targets.length, vocab)
        .logSoftmax(-1)
        .gather(target, 1)
        .mean()
        .neg();
  }

  private static void assertClose(float[] actual, float[] expected, double relative, String what) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(actual).hasSameSizeAs(expected);
    assertThat(difference).as(what).isLessThanOrEqualTo(relative * largest);
  }
}
