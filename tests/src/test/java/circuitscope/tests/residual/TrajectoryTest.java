package circuitscope.tests.residual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.geometry.PrincipalComponents;
import circuitscope.probes.geometry.Trajectories;
import circuitscope.probes.geometry.TrajectoryAnalysis;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Paths of tokens against the principal components of the same few states, by another way. */
final class TrajectoryTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");
  private static final int[] IDS = {3, 14, 15, 9, 26, 5, 35, 8};

  /** The other way reads the states in FP32. */
  private static final double TOLERANCE = 1e-4;

  @Test
  void aPooledBasisIsThatOfAllStatesTogetherWithoutTheFirstToken() {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE)) {
      Trajectories actual = paths(model, Map.of());

      float[][] rows = states(model);
      PrincipalComponents expected = PrincipalComponents.of(rows, 2);
      assertThat(actual.explained()[0]).containsExactly(expected.explained(), within(TOLERANCE));
      for (int component = 0; component < 2; component++) {
        double sign =
            Math.signum(actual.paths()[0][0][component] * expected.coordinates()[0][component]);
        for (int state = 0; state < 3; state++) {
          double mean = 0;
          for (int token = 0; token < 7; token++) {
            double path = actual.paths()[token][state][component];
            assertThat(path)
                .isCloseTo(
                    sign * expected.coordinates()[state * 7 + token][component], within(TOLERANCE));
            mean += path / 7;
          }
          assertThat(actual.means()[state][component]).isCloseTo(mean, within(1e-9));
        }
      }
    }
  }

  @Test
  void zScoresDoNotSeeTheScaleAndALayersOwnBasisIsCentredOnIt() {
    try (Checkpoint checkpoint = Checkpoint.open(FOLDER);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE)) {
      Trajectories own =
          paths(model, Map.of("basis", "layer", "view", "z-scored", "keep-first", true));

      assertThat(own.labels()).hasSize(8);
      for (int state = 0; state < 3; state++) {
        assertThat(own.means()[state]).containsExactly(new double[2], within(1e-9));
        // Z-scores of 32 dimensions have the variance 32, of which a component has its share.
        double square = 0;
        for (double[][] path : own.paths()) {
          square += path[state][0] * path[state][0] / 8;
        }
        assertThat(square).isCloseTo(32 * own.explained()[state][0], within(1e-9));
      }
    }
  }

  private static Trajectories paths(Model model, Map<String, Object> parameters) {
    TokenInput tokens = new TokenInput.Ids("eight", new int[][] {IDS});
    return new TrajectoryAnalysis()
        .run(
            new Subject(model, null, tokens),
            ParameterSpec.of(TrajectoryAnalysis.Parameters.class).read(parameters),
            Progress.silent());
  }

  /** By state and token, from the second on. */
  private static float[][] states(Model model) {
    List<Site> sites =
        List.of(
            Site.of(SiteKind.RESID_PRE, 0),
            Site.of(SiteKind.RESID_PRE, 1),
            Site.of(SiteKind.RESID_POST, 1));
    float[][] rows = new float[21][32];
    try (Trace trace = Recorder.of(model.spec(), sites).record(model, TokenBatch.of(IDS))) {
      for (int i = 0; i < rows.length; i++) {
        double[] flat = trace.get(sites.get(i / 7)).toDoubleArray();
        for (int j = 0; j < 32; j++) {
          rows[i][j] = (float) flat[(i % 7 + 1) * 32 + j];
        }
      }
    }
    return rows;
  }
}
