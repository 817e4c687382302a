package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import circuitscope.subnetworks.compose.Unit;
import circuitscope.subnetworks.compose.Units;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Heads, neurons and layers are the weights that the forward pass uses them by, in each family. */
final class UnitsTest {
  private static final TokenBatch TOKENS = TokenBatch.of(new int[] {5, 3, 8, 1, 9, 2});

  /** FP32 sums in another order: a layer's output is of order 1, and of some hundred products. */
  private static final float TOLERANCE = 2e-5f;

  static List<Path> checkpoints() {
    List<Path> folders = new ArrayList<>(MaskGeometryTest.checkpoints());
    folders.add(Golden.folder("gemma2-hub"));
    folders.add(Golden.folder("llama-gqa-rope3-fp16"));
    return folders;
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void allHeadsAndMlpsTogetherAreExactlyTheFullModel(Path folder) {
    try (GoldenModel golden = GoldenModel.open(folder)) {
      Model model = golden.model();
      Units units = Units.of(model);
      Mask nothing = sample(model, 0);
      List<Unit> all = new ArrayList<>(units.all(Units.Kind.HEADS));
      units.all(Units.Kind.LAYERS).stream().filter(Unit.Mlp.class::isInstance).forEach(all::add);

      Mask whole = units.added(nothing, all);

      assertThat(whole.active()).as(folder.toString()).isEqualTo(whole.total()).isPositive();
      assertThat(units.added(nothing, units.all(Units.Kind.LAYERS)).digest())
          .isEqualTo(whole.digest());
      List<Unit> neurons = new ArrayList<>(units.all(Units.Kind.HEADS));
      neurons.addAll(units.all(Units.Kind.NEURONS));
      assertThat(units.added(nothing, neurons).digest()).isEqualTo(whole.digest());
      try (Model composed = model.masked(whole.weightMask())) {
        assertThat(composed.tokenLosses(TOKENS, Taps.NONE))
            .isEqualTo(model.tokenLosses(TOKENS, Taps.NONE));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void nothingAddedChangesNothingAndTheOrderDoesNotMatter(Path folder) {
    try (GoldenModel golden = GoldenModel.open(folder)) {
      Units units = Units.of(golden.model());
      Mask some = sample(golden.model(), 3);
      List<Unit> list =
          new ArrayList<>(
              List.of(
                  Unit.parse("L0H1"),
                  Unit.parse("L1.mlp"),
                  Unit.parse("L0N3"),
                  Unit.parse("L1H0"),
                  Unit.parse("L0H0")));
      Mask once = units.added(some, list);
      Collections.reverse(list);

      assertThat(units.added(some, List.of()).digest()).isEqualTo(some.digest());
      assertThat(units.added(some, list).digest()).isEqualTo(once.digest());
      assertThat(once.active()).isGreaterThan(some.active());
      assertThat(MaskAlgebra.difference(some, once).active()).isZero();
    }
  }

  /** Without a neuron's weights the MLP gives what it gives with that neuron's output at zero. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void aNeuronIsWhatItReadsAndWhatItWrites(Path folder) {
    Site post = Site.of(SiteKind.MLP_POST, 0);
    Site out = Site.of(SiteKind.MLP_OUT, 0);
    try (GoldenModel golden = GoldenModel.open(folder)) {
      Model model = golden.model();
      int width = model.spec().mlp().dMlp();
      Recorder recorder = Recorder.of(model.spec(), List.of(post, out));
      int index = strongest(recorder, model, post, width);
      Units units = Units.of(model);
      Mask neuron = units.added(sample(model, 0), List.of(new Unit.Neuron(0, index)));
      try (Model without = model.masked(MaskAlgebra.complement(neuron).weightMask());
          Trace whole = recorder.record(model, TOKENS);
          Trace trace = recorder.record(without, TOKENS);
          Trace zeroed = recorder.record(model, TOKENS, zero(model, post, index, width))) {
        float[] before = whole.values(post);
        float[] after = trace.values(post);
        for (int i = 0; i < before.length; i++) {
          if (i % width != index) {
            assertThat(after[i]).as("%s, neuron %d", folder, i % width).isEqualTo(before[i]);
          }
        }
        assertThat(apart(trace.values(out), zeroed.values(out))).isLessThan(TOLERANCE);
        assertThat(apart(zeroed.values(out), whole.values(out))).isGreaterThan(10 * TOLERANCE);
      }
    }
  }

  /** A neuron that speaks: with a ReLU many do not, on six tokens. */
  private static int strongest(Recorder recorder, Model model, Site post, int width) {
    try (Trace trace = recorder.record(model, TOKENS)) {
      float[] values = trace.values(post);
      int strongest = 0;
      for (int i = 0; i < values.length; i++) {
        if (Math.abs(values[i]) > Math.abs(values[strongest])) {
          strongest = i;
        }
      }
      return strongest % width;
    }
  }

  private static float apart(float[] a, float[] b) {
    float most = 0;
    for (int i = 0; i < a.length; i++) {
      most = Math.max(most, Math.abs(a[i] - b[i]));
    }
    return most;
  }

  private static Taps zero(Model model, Site site, int index, int width) {
    return new Interventions(
        model.spec(),
        List.of(
            new Interventions.Edit(
                site,
                Selection.ALL,
                new Intervention.Custom(
                    value -> {
                      float[] others = new float[width];
                      Arrays.fill(others, 1);
                      others[index] = 0;
                      NDArray keep = value.getManager().create(others);
                      return value.mul(keep);
                    }))));
  }

  @Test
  void headsOfOneGroupShareItsKeysAndValues() {
    try (GoldenModel golden = GoldenModel.open("llama-gqa-rope3-fp16")) {
      Model model = golden.model();
      Units units = Units.of(model);
      int perGroup = model.spec().attention().headsPerGroup();
      long own = 2L * model.spec().attention().dHead() * model.spec().dModel();
      Mask none = sample(model, 0);
      Mask one = units.added(none, List.of(Unit.parse("L0H0")));
      Mask two = units.added(none, List.of(Unit.parse("L0H0"), Unit.parse("L0H1")));

      assertThat(perGroup).isGreaterThan(1);
      assertThat(one.active()).as("q, k, v, o").isEqualTo(2 * own);
      assertThat(two.active()).as("and another q and o").isEqualTo(3 * own);
    }
  }

  @Test
  void unitsThatTheModelDoesNotHaveAreRefused() {
    try (GoldenModel golden = GoldenModel.open("gpt2")) {
      Units units = Units.of(golden.model());
      for (String name : List.of("L9H0", "L0H99", "L0N999999", "L9.mlp")) {
        assertThatThrownBy(() -> units.blocks(Unit.parse(name)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining(name);
      }
      assertThatThrownBy(() -> Unit.parse("L0.mpl"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("L2.mlp");
    }
  }

  /** A random share of {@code tenths} of the weights of each matrix. */
  private static Mask sample(Model model, int tenths) {
    Random random = new Random(1);
    List<MaskMatrix> matrices =
        model.weights().maskable().stream()
            .map(
                weight -> {
                  long[] shape = weight.array().getShape().getShape();
                  BitSet bits = new BitSet();
                  for (int i = 0; i < weight.array().size(); i++) {
                    bits.set(i, random.nextInt(10) < tenths);
                  }
                  return new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], bits);
                })
            .toList();
    return Mask.of("sample", matrices, MaskProvenance.NONE);
  }
}
