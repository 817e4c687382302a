package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.Weight;
import circuitscope.probes.residual.Depth;
import circuitscope.probes.residual.DepthAnalysis;
import circuitscope.probes.residual.Lens;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.probes.residual.attribution.Attribution;
import circuitscope.probes.residual.attribution.AttributionAnalysis;
import circuitscope.probes.residual.attribution.Level;
import circuitscope.probes.residual.attribution.Part;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Identities R1, R2, R3, R5, R13 and R14 of lens and attribution, on every family. */
final class ResidualIdentitiesTest {
  /** FP32 sums, relative to the largest value. */
  private static final double SUM_TOLERANCE = 1e-4;

  private static final int A = 3;
  private static final int B = 5;

  static List<Path> checkpoints() {
    return Golden.checkpoints();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void theLensAtTheLastLayerIsTheModel(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      Lens lens =
          new LensAnalysis()
              .run(
                  subject(opened, folder),
                  new LensAnalysis.Parameters(64, 3, null),
                  Progress.silent());
      float[] losses = model.tokenLosses(TokenBatch.of(ids(folder)), Taps.NONE)[0];
      Lens.Layer last = lens.layers().getLast();
      for (int i = 0; i < losses.length; i++) {
        assertThat(last.nextLossNats()[i]).isCloseTo(losses[i], within(1e-5));
      }
      assertThat(last.klNats()).containsOnly(0);
      assertThat(last.finalRank()).containsOnly(1);
      assertThat(last.finalProbability()).isEqualTo(last.topProbability());
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void everyDecompositionSumsToTheLogitDifferenceAtEveryPosition(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      double observed = observed(opened.model(), ids(folder));
      for (Level level : Level.values()) {
        Attribution result = attribution(opened, folder, level, "#" + A, "#" + B, true);
        assertThat(result.sumCheck().holds()).as("%s %s", level, result.sumCheck()).isTrue();
        assertThat(result.rows().getLast().accumulated())
            .as("%s", level)
            .isCloseTo(observed, within(SUM_TOLERANCE * Math.max(1, Math.abs(observed))));
      }
      Attribution top = attribution(opened, folder, Level.FULL, null, "mean", true);
      assertThat(top.sumCheck().holds()).as("%s", top.sumCheck()).isTrue();
    }
  }

  /** Σ over positions of z_a − z_b before the cap, from the model's own logits. */
  private static double observed(Model model, int[] ids) {
    int vocab = model.spec().vocab();
    double cap = model.spec().logitCap();
    try (NDManager scope = model.newManager()) {
      float[] logits = model.logits(TokenBatch.of(ids), Taps.NONE, null, scope).toFloatArray();
      double sum = 0;
      for (int i = 0; i < ids.length; i++) {
        sum += uncapped(logits[i * vocab + A], cap) - uncapped(logits[i * vocab + B], cap);
      }
      return sum;
    }
  }

  private static double uncapped(double logit, double cap) {
    double ratio = logit / cap;
    return cap > 0 ? cap * 0.5 * Math.log((1 + ratio) / (1 - ratio)) : logit;
  }

  /**
   * Where no norm stands between writer and stream, each part is also what its materialised output
   * gives when it is centred, divided by the scale that was met and multiplied with the folded
   * unembedding: ((c − mean c) / s)·(g ∘ u).
   */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void fusedPartsEqualMaterialisedOnes(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      DecoderSpec spec = model.spec();
      boolean plain =
          spec.residual().additive()
              && !spec.normPlacement().after()
              && spec.normPlacement().last()
              && !spec.projectsEmbedding();
      Attribution full = attribution(opened, folder, Level.FULL, "#" + A, "#" + B, false);
      Attribution layers = attribution(opened, folder, Level.LAYER, "#" + A, "#" + B, false);
      assertThat(full.rows()).hasSizeGreaterThan(spec.layers() * spec.attention().heads());
      if (!plain) {
        return; // those are held by their sums
      }
      List<Site> sites = new ArrayList<>(Sites.inEveryLayer(SiteKind.RESULT, spec));
      sites.addAll(Sites.inEveryLayer(SiteKind.MLP_POST, spec));
      sites.addAll(Sites.inEveryLayer(SiteKind.RESID_POST, spec));
      sites.add(Site.of(SiteKind.LN_FINAL_SCALE));
      try (Trace trace = Recorder.of(spec, sites).record(model, TokenBatch.of(ids(folder)))) {
        Direct direct = new Direct(model, trace);
        double largest = Math.abs(full.sumCheck().observed());
        for (Attribution.Row row : full.rows()) {
          if (row.kind() == Part.Kind.HEAD || row.kind() == Part.Kind.NEURON) {
            assertThat(row.share())
                .as(row.part())
                .isCloseTo(direct.share(row), within(SUM_TOLERANCE * Math.max(0.1, largest)));
          }
        }
        for (Attribution.Row row : layers.rows()) {
          if (row.kind() == Part.Kind.LAYER) {
            double stream = direct.of(direct.last(SiteKind.RESID_POST, row.layer()));
            assertThat(row.accumulated())
                .as("stream after %s", row.part())
                .isCloseTo(stream, within(SUM_TOLERANCE * Math.max(1, Math.abs(stream))));
          }
        }
      }
    }
  }

  /** The formula, at the last position, written out in FP64. */
  private record Direct(Model model, Trace trace) {
    double share(Attribution.Row row) {
      int d = model.spec().dModel();
      double[] written = new double[d];
      if (row.kind() == Part.Kind.HEAD) {
        double[] results = last(SiteKind.RESULT, row.layer());
        System.arraycopy(results, row.index() * d, written, 0, d);
      } else {
        double a = last(SiteKind.MLP_POST, row.layer())[row.index()];
        Weight out = model.weights().get(Slot.DOWN, row.layer());
        float[] w = out.array().toFloatArray();
        int m = model.spec().mlp().dMlp();
        for (int i = 0; i < d; i++) {
          written[i] = a * (out.inOut() ? w[row.index() * d + i] : w[i * m + row.index()]);
        }
      }
      return of(written);
    }

    double of(double[] c) {
      return of(c, A, B);
    }

    /** A parameter's values, zeros where the model has none. */
    float[] values(Slot slot, int length) {
      Weight weight = model.weights().find(slot);
      return weight == null ? new float[length] : weight.array().toFloatArray();
    }

    /** {@code b} < 0 for no token to compare with. */
    double of(double[] c, int a, int b) {
      int d = model.spec().dModel();
      double mean = 0;
      for (int i = 0; i < d && model.spec().norm().centres(); i++) {
        mean += c[i] / d;
      }
      float[] u = model.weights().get(Slot.UNEMBED, -1).array().toFloatArray();
      Weight gain = model.weights().find(Slot.FINAL_NORM_WEIGHT);
      float[] g = gain == null ? null : gain.array().toFloatArray();
      double one = model.spec().norm().kind() == Norm.Kind.RMS_PLUS_ONE ? 1 : 0;
      double sum = 0;
      for (int i = 0; i < d; i++) {
        double direction = u[a * d + i] - (b < 0 ? 0 : u[b * d + i]);
        double folded = (g == null ? 1 : g[i] + one) * direction;
        sum += (c[i] - mean) * folded;
      }
      return sum / last(SiteKind.LN_FINAL_SCALE, -1)[0];
    }

    /** A site's values at the last position. */
    double[] last(SiteKind kind, int layer) {
      Site site = new Site(kind, layer);
      float[] all = trace.values(site);
      double[] last = new double[(int) (all.length / trace.shape(site)[1])];
      for (int i = 0; i < last.length; i++) {
        last[i] = all[all.length - last.length + i];
      }
      return last;
    }
  }

  /** R13: computed anew from each state's most likely token. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void depthIsTheFirstStateFromWhichTheAnswerStays(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      int layers = opened.model().spec().layers();
      int[][] rows = Golden.of(folder).tokens().ids();
      Depth depth =
          new DepthAnalysis()
              .run(
                  new Subject(opened.model(), null, new TokenInput.Ids("golden", rows)),
                  new DepthAnalysis.Parameters(rows[0].length, 2, 2, 0.1, 0),
                  Progress.silent());
      Lens lens =
          new LensAnalysis()
              .run(
                  subject(opened, folder),
                  new LensAnalysis.Parameters(64, 1, null),
                  Progress.silent());
      int position = 0;
      for (List<Object> row : depth.tables().getFirst().rows()) {
        String answer = lens.layers().getLast().top().get(position);
        int last = layers;
        while (last > 0 && lens.layers().get(last - 1).top().get(position).equals(answer)) {
          last--;
        }
        assertThat(row.get(2)).isEqualTo(last);
        position++;
      }
      assertThat(depth.agreement().getLast().value()).isEqualTo(1);
    }
  }

  /** R14: the final norm's gain and bias folded into the unembedding, in FP64. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void foldingTheFinalNormLeavesLogProbabilities(Path folder) {
    try (GoldenModel opened = GoldenModel.open(folder)) {
      Model model = opened.model();
      DecoderSpec spec = model.spec();
      if (!spec.normPlacement().last() || spec.logitCap() > 0 || spec.projectsEmbedding()) {
        return; // nothing to fold, or not what the logits are
      }
      Site last = Site.of(SiteKind.RESID_POST, spec.layers() - 1);
      List<Site> sites = List.of(last, Site.of(SiteKind.LN_FINAL_SCALE), Site.of(SiteKind.LOGITS));
      try (Trace trace = Recorder.of(spec, sites).record(model, TokenBatch.of(ids(folder)))) {
        Direct direct = new Direct(model, trace);
        double[] stream = direct.last(SiteKind.RESID_POST, spec.layers() - 1);
        double[] logits = direct.last(SiteKind.LOGITS, -1);
        float[] constant = direct.values(Slot.UNEMBED_BIAS, spec.vocab());
        float[] shift = direct.values(Slot.FINAL_NORM_BIAS, spec.dModel());
        float[] u = direct.values(Slot.UNEMBED, spec.vocab() * spec.dModel());
        double[] folded = new double[spec.vocab()];
        for (int token = 0; token < folded.length; token++) {
          folded[token] = direct.of(stream, token, -1) + constant[token];
          for (int i = 0; i < shift.length; i++) {
            folded[token] += shift[i] * u[token * shift.length + i];
          }
        }
        double normaliser = logSumExp(folded) - logSumExp(logits);
        for (int token = 0; token < folded.length; token++) {
          assertThat(folded[token] - normaliser).isCloseTo(logits[token], within(SUM_TOLERANCE));
        }
      }
    }
  }

  private static double logSumExp(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    return largest + Math.log(Arrays.stream(logits).map(z -> Math.exp(z - largest)).sum());
  }

  private static int[] ids(Path folder) {
    return Golden.of(folder).tokens().ids()[0];
  }

  private static Subject subject(GoldenModel opened, Path folder) {
    return new Subject(
        opened.model(), null, new TokenInput.Ids("golden", new int[][] {ids(folder)}));
  }

  private static Attribution attribution(
      GoldenModel opened, Path folder, Level level, String answer, String against, boolean all) {
    int everyNeuron = all ? 5 : opened.model().spec().mlp().dMlp();
    return new AttributionAnalysis()
        .run(
            subject(opened, folder),
            new AttributionAnalysis.Parameters(level, answer, against, -1, all, everyNeuron, 1024),
            Progress.silent());
  }
}
