package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.composition.HeadWeights;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.ejml.data.DMatrixRMaj;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The heads' matrices give what the forward pass (which is tested against transformers) has at its
 * sites, in every family. Differences of two positions are compared, in which biases cancel.
 */
final class HeadWeightsTest {
  /** FP64 sums of 64 products of values below 10. */
  private static final double TOLERANCE = 1e-9;

  static List<Path> checkpoints() {
    try (Stream<Path> folders = Files.list(Path.of("golden"))) {
      return folders
          .filter(folder -> Files.exists(folder.resolve("golden.safetensors")))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void queriesKeysValuesAndResultsFollow(Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model = load(checkpoint);
        Trace trace =
            Recorder.of(model.spec(), Sites.of(model.spec())).record(model, row(folder))) {
      DecoderSpec spec = model.spec();
      for (HeadName name : HeadName.all(spec)) {
        HeadWeights head = HeadWeights.of(model, name, false);
        int group = name.head() / spec.attention().headsPerGroup();
        Site in = Site.of(inputKind(spec), name.layer());
        double[] x = change(trace, in, 0);
        assertClose(x, head.q(), change(trace, Site.of(SiteKind.Q, name.layer()), name.head()));
        assertClose(x, head.k(), change(trace, Site.of(SiteKind.K, name.layer()), group));
        assertClose(x, head.v(), change(trace, Site.of(SiteKind.V, name.layer()), group));
        double[] z = change(trace, Site.of(SiteKind.Z, name.layer()), name.head());
        assertClose(
            z, head.o(), change(trace, Site.of(SiteKind.RESULT, name.layer()), name.head()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void foldedGainsTakeTheStreamOverItsScale(Path folder) {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model = load(checkpoint);
        Trace trace =
            Recorder.of(model.spec(), Sites.of(model.spec())).record(model, row(folder))) {
      DecoderSpec spec = model.spec();
      boolean plainQueries = spec.attention().queryKeyNorm() == AttentionSpec.QueryKeyNorm.NONE;
      for (HeadName name : HeadName.all(spec)) {
        HeadWeights head = HeadWeights.of(model, name, true);
        int group = name.head() / spec.attention().headsPerGroup();
        double[] x = scaledChange(trace, spec, name.layer());
        assertClose(x, head.v(), change(trace, Site.of(SiteKind.V, name.layer()), group));
        if (plainQueries) {
          assertClose(x, head.q(), change(trace, Site.of(SiteKind.Q, name.layer()), name.head()));
          assertClose(x, head.k(), change(trace, Site.of(SiteKind.K, name.layer()), group));
        }
      }
      for (int layer = 0; layer < spec.layers() && spec.normPlacement().after(); layer++) {
        checkPostNorm(model, trace, layer);
      }
    }
  }

  /** attn_out · scale = Σ_h z_h·W_O′ + bias after a norm without bias of its own. */
  private static void checkPostNorm(Model model, Trace trace, int layer) {
    Site out = Site.of(SiteKind.ATTN_OUT, layer);
    double scaleA = at(trace, Site.of(SiteKind.LN1_POST_SCALE, layer), 5, 0)[0];
    double scaleB = at(trace, Site.of(SiteKind.LN1_POST_SCALE, layer), 1, 0)[0];
    double[] a = at(trace, out, 5, 0);
    double[] b = at(trace, out, 1, 0);
    double[] expected = new double[a.length];
    Arrays.setAll(expected, i -> a[i] * scaleA - b[i] * scaleB);
    double[] sum = new double[a.length];
    for (int h = 0; h < model.spec().attention().heads(); h++) {
      HeadWeights head = HeadWeights.of(model, new HeadName(layer, h), true);
      double[] written = times(change(trace, Site.of(SiteKind.Z, layer), h), head.o());
      Arrays.setAll(sum, i -> sum[i] + written[i]);
    }
    assertThat(sum).containsExactly(expected, within(TOLERANCE));
  }

  @Test
  void aHeadThatIsNotThereIsRefused() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", "gpt2"));
        Model model = load(checkpoint)) {
      assertThatThrownBy(() -> HeadWeights.of(model, new HeadName(9, 0), false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("L9H0");
    }
  }

  private static SiteKind inputKind(DecoderSpec spec) {
    return spec.normPlacement().before() ? SiteKind.LN1_OUT : SiteKind.RESID_PRE;
  }

  /** x_5/σ_5 − x_1/σ_1 of the stream before attention. */
  private static double[] scaledChange(Trace trace, DecoderSpec spec, int layer) {
    Site stream = Site.of(SiteKind.RESID_PRE, layer);
    Site scale = Site.of(SiteKind.LN1_SCALE, layer);
    boolean normed = spec.normPlacement().before();
    double[] a = at(trace, stream, 5, 0);
    double[] b = at(trace, stream, 1, 0);
    double sigmaA = normed ? at(trace, scale, 5, 0)[0] : 1;
    double sigmaB = normed ? at(trace, scale, 1, 0)[0] : 1;
    double[] change = new double[a.length];
    Arrays.setAll(change, i -> a[i] / sigmaA - b[i] / sigmaB);
    return change;
  }

  /** Value at position 5 minus value at position 1, of one head where the site has heads. */
  private static double[] change(Trace trace, Site site, int head) {
    double[] a = at(trace, site, 5, head);
    double[] b = at(trace, site, 1, head);
    double[] change = new double[a.length];
    Arrays.setAll(change, i -> a[i] - b[i]);
    return change;
  }

  private static double[] at(Trace trace, Site site, int position, int head) {
    long[] shape = trace.shape(site); // [1, position, (head,) width]
    int width = (int) shape[shape.length - 1];
    int heads = shape.length == 4 ? (int) shape[2] : 1;
    int from = (position * heads + head) * width;
    return Arrays.copyOfRange(trace.get(site).toDoubleArray(), from, from + width);
  }

  private static void assertClose(double[] x, DMatrixRMaj matrix, double[] expected) {
    assertThat(times(x, matrix)).containsExactly(expected, within(TOLERANCE));
  }

  private static double[] times(double[] x, DMatrixRMaj matrix) {
    double[] y = new double[matrix.numCols];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < y.length; j++) {
        y[j] += x[i] * matrix.get(i, j);
      }
    }
    return y;
  }

  private static TokenBatch row(Path folder) {
    TokenInput.Ids ids = TokenInput.readIds(folder.resolve("golden.safetensors") + ":input_ids");
    return TokenBatch.of(ids.rows()[0]);
  }

  private static Model load(Checkpoint checkpoint) {
    return Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE);
  }
}
