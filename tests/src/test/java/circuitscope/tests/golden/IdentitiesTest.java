package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.KeyValueCache;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Rotary;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Interventions.Edit;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold on every family without any reference. */
final class IdentitiesTest {
  /** FP32 sums of a few dozen terms, relative to the largest value. */
  private static final double SUM_TOLERANCE = 1e-4;

  /** The same arithmetic in another batch shape: products may be summed in another order. */
  private static final double REORDERED = 3e-5;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  /** Without those whose rotary frequencies follow the length of each run, as they should. */
  static List<Path> ofFixedFrequencies() {
    return checkpoints().stream()
        .filter(
            folder -> {
              try (GoldenModel opened = GoldenModel.open(folder)) {
                Rotary rotary = opened.model().spec().rotary();
                return rotary == null || !rotary.scaling().dependsOnLength();
              }
            })
        .toList();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void patternsSumToOneAndNeverLookAhead(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      DecoderSpec spec = opened.model().spec();
      List<Site> patterns = Sites.inEveryLayer(SiteKind.PATTERN, spec);
      try (Trace trace = record(opened.model(), folder, patterns, Taps.NONE)) {
        for (Site site : patterns) {
          int window = spec.attention().windows().get(site.layer());
          checkPattern(trace.values(site), (int) trace.shape(site)[3], window);
        }
      }
    }
  }

  private static void checkPattern(float[] pattern, int positions, int window) {
    for (int row = 0; row < pattern.length / positions; row++) {
      int query = row % positions;
      double sum = 0;
      for (int key = 0; key < positions; key++) {
        float weight = pattern[row * positions + key];
        sum += weight;
        if (key > query || (window > 0 && key <= query - window)) {
          assertThat(weight).as("query %d, key %d", query, key).isZero();
        }
      }
      assertThat(sum).isCloseTo(1, within(1e-5)); // a softmax of FP32
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void componentsSumToTheStream(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      DecoderSpec spec = opened.model().spec();
      try (Trace trace = record(opened.model(), folder, Sites.of(spec), Taps.NONE)) {
        for (int layer = 0; layer < spec.layers(); layer++) {
          if (spec.residual().additive()) {
            float[] sum = trace.values(Site.of(SiteKind.RESID_PRE, layer));
            add(sum, trace.values(Site.of(SiteKind.ATTN_OUT, layer)));
            add(sum, trace.values(Site.of(SiteKind.MLP_OUT, layer)));
            assertClose(
                sum, trace.values(Site.of(SiteKind.RESID_POST, layer)), SUM_TOLERANCE, "stream");
          }
          if (!spec.normPlacement().after()) {
            float[] written = overHeads(trace, layer, opened.model());
            assertClose(
                written,
                trace.values(Site.of(SiteKind.ATTN_OUT, layer)),
                SUM_TOLERANCE,
                "heads' results");
          }
        }
      }
    }
  }

  /** Σ_h result_h + b_O. */
  private static float[] overHeads(Trace trace, int layer, Model model) {
    Site site = Site.of(SiteKind.RESULT, layer);
    long[] shape = trace.shape(site);
    int heads = (int) shape[2];
    int d = (int) shape[3];
    float[] results = trace.values(site);
    var bias = model.weights().find(Slot.O_BIAS, layer);
    float[] offset = bias == null ? new float[d] : bias.array().toFloatArray();
    float[] sum = new float[results.length / heads];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = offset[i % d];
      for (int head = 0; head < heads; head++) {
        sum[i] += results[(i / d * heads + head) * d + i % d];
      }
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void patchingARunWithItselfChangesNothing(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      Site logits = Site.of(SiteKind.LOGITS);
      // Scores, norms and heads' results make the pass compute differently; all others are patched.
      List<Site> sites =
          Sites.of(model.spec()).stream()
              .filter(site -> site.kind() != SiteKind.RESULT)
              .filter(site -> !site.name().contains("hook_scale"))
              .filter(site -> !site.name().contains("hook_normalized"))
              .toList();
      try (Trace first = record(model, folder, sites, Taps.NONE)) {
        List<Edit> edits = new ArrayList<>();
        sites.forEach(site -> edits.add(new Edit(site, new Intervention.Patch(first.get(site)))));
        Taps patched = new Interventions(model.spec(), edits);
        try (Trace second = record(model, folder, sites, patched)) {
          assertThat(second.values(logits)).containsExactly(first.values(logits));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void zeroingTheSelectionOfNoHeadChangesNothing(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      Site logits = Site.of(SiteKind.LOGITS);
      List<Site> sites = new ArrayList<>(Sites.inEveryLayer(SiteKind.Z, model.spec()));
      Selection none = Selection.ofHeads();
      List<Edit> edits =
          sites.stream().map(site -> new Edit(site, none, new Intervention.Zero())).toList();
      sites.add(logits); // z is recorded on both sides, so no layer of either is fused
      try (Trace plain = record(model, folder, sites, Taps.NONE);
          Trace zeroed = record(model, folder, sites, new Interventions(model.spec(), edits))) {
        assertThat(zeroed.values(logits)).containsExactly(plain.values(logits));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ofFixedFrequencies")
  void aBatchOfOneEqualsABatchOfManyAndPaddingChangesNothing(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      TokenBatch both = Golden.of(folder).tokens();
      float[][] together = model.tokenLosses(both, Taps.NONE);
      for (int row = 0; row < both.batch(); row++) {
        float[] alone = model.tokenLosses(TokenBatch.of(both.ids()[row]), Taps.NONE)[0];
        assertClose(together[row], alone, REORDERED, "batch of one");
      }
      int cut = both.positions() - 5;
      int[] shorter = Arrays.copyOf(both.ids()[1], cut);
      float[][] padded = model.tokenLosses(TokenBatch.of(both.ids()[0], shorter), Taps.NONE);
      float[] unpadded = model.tokenLosses(TokenBatch.of(shorter), Taps.NONE)[0];
      assertThat(padded[1]).hasSize(cut - 1);
      assertClose(padded[1], unpadded, REORDERED, "padded");
    }
  }

  @ParameterizedTest
  @MethodSource("ofFixedFrequencies")
  void aCacheChangesNothing(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      int[] ids = Golden.of(folder).tokens().ids()[0];
      try (NDManager scope = model.newManager();
          KeyValueCache cache = model.newCache()) {
        float[] whole = model.logits(TokenBatch.of(ids), Taps.NONE, null, scope).toFloatArray();
        float[] pieces = new float[whole.length];
        int vocab = model.spec().vocab();
        int done = 0;
        for (int size : new int[] {3, 1, ids.length - 4}) {
          int[] piece = Arrays.copyOfRange(ids, done, done + size);
          float[] part = model.logits(TokenBatch.of(piece), Taps.NONE, cache, scope).toFloatArray();
          System.arraycopy(part, 0, pieces, done * vocab, part.length);
          done += size;
        }
        assertThat(cache.length()).isEqualTo(ids.length);
        assertClose(pieces, whole, REORDERED, "cached logits");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-gqa-rope3-fp16", "gpt-neox", "gemma2-hub", "bloom"})
  void aCacheThatOutgrowsItsBlocksChangesNothing(String name) {
    try (GoldenModel opened = GoldenModel.open(Golden.folder(name))) {
      Model model = opened.model();
      int vocab = model.spec().vocab();
      int[] ids = new Random(3).ints(150, 0, vocab).toArray();
      try (NDManager scope = model.newManager();
          KeyValueCache cache = model.newCache()) {
        float[] whole = model.logits(TokenBatch.of(ids), Taps.NONE, null, scope).toFloatArray();
        float[] pieces = new float[whole.length];
        int done = 0;
        for (int size : new int[] {60, 1, 1, 1, 1, 1, 70, 1, 14}) {
          int[] piece = Arrays.copyOfRange(ids, done, done + size);
          float[] part = model.logits(TokenBatch.of(piece), Taps.NONE, cache, scope).toFloatArray();
          System.arraycopy(part, 0, pieces, done * vocab, part.length);
          done += size;
        }
        assertClose(pieces, whole, REORDERED, "cached logits");
      }
    }
  }

  private static Trace record(Model model, Path folder, List<Site> sites, Taps before) {
    return Recorder.of(model.spec(), sites).record(model, Golden.of(folder).tokens(), before);
  }

  private static void add(float[] sum, float[] more) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += more[i];
    }
  }

  private static void assertClose(float[] actual, float[] expected, double relative, String what) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    assertThat(difference).as(what).isLessThanOrEqualTo(relative * largest);
  }
}
