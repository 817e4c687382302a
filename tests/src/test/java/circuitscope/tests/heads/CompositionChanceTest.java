package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.composition.CopyingAnalysis;
import circuitscope.heads.composition.CopyingResult;
import circuitscope.heads.composition.FactoredMatrix;
import circuitscope.heads.composition.HeadWeights;
import circuitscope.heads.composition.RotationNull;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.Slot;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A trained head composed with a copy of itself turned round, which reads just what it writes, is
 * far from chance; once that copy's place in the residual stream is rotated or permuted it is
 * chance, as the closed form says.
 */
final class CompositionChanceTest {
  private static final int DRAWS = 80;
  private static final HeadName HEAD = new HeadName(3, 1);

  /** How a head is moved to another place in the stream. */
  enum Move {
    ROTATED,
    PERMUTED
  }

  @ParameterizedTest
  @EnumSource
  void aHeadAndACopyOfItselfElsewhereComposeByChance(Move move) throws IOException {
    HeadWeights head = trained();
    int d = head.v().numRows;
    FactoredMatrix ov = head.ov();
    DMatrixRMaj reads = CommonOps_DDRM.transpose(head.o(), null);
    DMatrixRMaj writes = CommonOps_DDRM.transpose(head.v(), null);
    RotationNull chance = new RotationNull(d);
    double p = participation(ov);
    double[] interval = chance.interval(p, p);
    Random random = new Random(5);

    double[] drawn = new double[DRAWS];
    Arrays.setAll(drawn, i -> composed(ov, new FactoredMatrix(moved(reads, move, random), writes)));

    double squares = Arrays.stream(drawn).map(x -> x * x).average().orElseThrow();
    double standardError = chance.deviation(p, p) / Math.sqrt(DRAWS);
    assertThat(squares).isCloseTo(1.0 / d, within(4 * standardError));
    long inside = Arrays.stream(drawn).filter(s -> s > interval[0] && s < interval[1]).count();
    // 76 expected of 80; the binomial's deviation is 2.
    assertThat(inside).isBetween(70L, (long) DRAWS);
    double aligned = composed(ov, new FactoredMatrix(reads, writes));
    assertThat(aligned).isCloseTo(Math.sqrt(p), within(1e-9));
    assertThat(aligned).isGreaterThan(2 * interval[1]);
  }

  @Test
  void matchingIsTheTraceOfTheWholeMatrix() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", "gpt2"));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE)) {
      CopyingResult result =
          new CopyingAnalysis()
              .run(
                  new Subject(model, null, null),
                  new CopyingAnalysis.Parameters(false, 2, 0),
                  Progress.silent());
      HeadName later = new HeadName(2, 3);
      DMatrixRMaj moved = new DMatrixRMaj(64, 64); // Σ prev(e)·OV_e
      for (CopyingResult.Head earlier : result.heads()) {
        if (earlier.head().layer() < later.layer()) {
          FactoredMatrix ov = HeadWeights.of(model, earlier.head(), false).ov();
          DMatrixRMaj dense = CommonOps_DDRM.mult(ov.a(), ov.b(), null);
          CommonOps_DDRM.addEquals(moved, earlier.previousAttention(), dense);
        }
      }
      double[] table = model.weights().get(Slot.EMBED, -1).array().toDoubleArray();
      DMatrixRMaj embed = DMatrixRMaj.wrap(257, 64, table);
      HeadWeights head = HeadWeights.of(model, later, false);
      DMatrixRMaj queries = CommonOps_DDRM.mult(embed, head.q(), null);
      DMatrixRMaj keys =
          CommonOps_DDRM.mult(CommonOps_DDRM.mult(embed, moved, null), head.k(), null);
      double trace =
          IntStream.range(0, 257)
              .mapToDouble(
                  token ->
                      IntStream.range(0, 16)
                          .mapToDouble(i -> queries.get(token, i) * keys.get(token, i))
                          .sum())
              .sum();

      CopyingResult.Head found = result.heads().get(2 * 4 + 3);
      assertThat(found.head()).isEqualTo(later);
      assertThat(found.matchingTrace()).isCloseTo(trace, within(1e-9 * Math.abs(trace) + 1e-12));
    }
  }

  private static double composed(FactoredMatrix earlier, FactoredMatrix later) {
    DMatrixRMaj middle = CommonOps_DDRM.mult(earlier.b(), later.a(), null);
    DMatrixRMaj left = CommonOps_DDRM.mult(earlier.a(), middle, null);
    return new FactoredMatrix(left, later.b()).frobenius()
        / earlier.frobenius()
        / later.frobenius();
  }

  private static double participation(FactoredMatrix matrix) {
    double squared = 0;
    double fourth = 0;
    for (double value : matrix.singularValues()) {
      squared += Math.pow(value, 2);
      fourth += Math.pow(value, 4);
    }
    return fourth / squared / squared;
  }

  /** The rows of {@code [dModel, dHead]} turned, or permuted and reflected, at random. */
  private static DMatrixRMaj moved(DMatrixRMaj matrix, Move move, Random random) {
    int d = matrix.numRows;
    DMatrixRMaj turn = new DMatrixRMaj(d, d);
    if (move == Move.ROTATED) {
      Arrays.setAll(turn.data, i -> random.nextGaussian());
      QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(d, d);
      assertThat(qr.decompose(turn)).isTrue();
      turn = qr.getQ(null, true);
    } else {
      int[] places = random.ints(0, d).distinct().limit(d).toArray();
      for (int i = 0; i < d; i++) {
        turn.set(i, places[i], random.nextBoolean() ? 1 : -1);
      }
    }
    return CommonOps_DDRM.mult(turn, matrix, null);
  }

  private static HeadWeights trained() throws IOException {
    Path folder = ModelCache.ofUser().resolve(ModelId.parse("embedded:gpt2-4l"));
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      return HeadWeights.of(model, HEAD, false);
    }
  }
}
