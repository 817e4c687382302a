package circuitscope.tests.heads;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.detect.GridAnalysis;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.heads.detect.PatternAnalysis;
import circuitscope.heads.detect.PatternGrid;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.tests.golden.Golden;
import circuitscope.viz.figure.Arcs;
import circuitscope.viz.figure.Heatmap;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One head's pattern against transformers' own, averaged, without its sink, and subtracted. */
final class HeadPatternTest {
  private static final Path FOLDER = Path.of("golden", "mistral-window");
  private static final String GOLDEN = FOLDER.resolve("golden.safetensors").toString();
  private static final int T = 24;

  /** Both sides run in FP32. */
  private static final float TOLERANCE = 2e-6f;

  private Checkpoint checkpoint;
  private Model model;
  private Subject subject;
  private float[] attentions; // layer 1 [row, head, query, key]

  @BeforeEach
  void open() throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, (name, done, all) -> {});
    subject = new Subject(model, null, TokenInput.readIds(GOLDEN + ":input_ids"));
    attentions = Golden.read(Path.of(GOLDEN)).get("attentions.1");
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  private HeadPattern pattern(int rows, boolean withoutSink) {
    return new PatternAnalysis()
        .run(
            subject,
            new PatternAnalysis.Parameters("L1H2", T, rows, withoutSink, null),
            Progress.silent());
  }

  private float golden(int row, int query, int key) {
    return attentions[((row * 4 + 2) * T + query) * T + key];
  }

  @Test
  void rowsAreAveragedAndWhatIsLeftOfThemIsTold() {
    HeadPattern pattern = pattern(2, false);
    double left = 0;
    for (int query = 0; query < T; query++) {
      for (int key = 0; key < T; key++) {
        float mean = (golden(0, query, key) + golden(1, query, key)) / 2;
        assertThat(pattern.at(query, key)).isCloseTo(mean, within(TOLERANCE));
      }
      left += query == 0 ? 0 : 1 - (golden(0, query, 0) + golden(1, query, 0)) / 2.0;
    }
    assertThat(pattern.surviving()).isCloseTo(left / (T - 1), within(1e-6));
  }

  @Test
  void withoutTheSinkItAgreesWithTheThumbnailOfTheSameHead() {
    HeadPattern pattern = pattern(1, true);
    PatternGrid grid =
        new GridAnalysis()
            .run(subject, new GridAnalysis.Parameters(T, 1, T, true, null), Progress.silent());
    int from = (4 + 2) * T * T; // layer 1, head 2
    for (int i = 0; i < T * T; i++) {
      assertThat(pattern.weights()[i]).isCloseTo(grid.patterns()[from + i], within(TOLERANCE));
    }
    assertThat(pattern.surviving()).isCloseTo(grid.surviving()[1][2], within(1e-6));
  }

  @Test
  void aDifferenceIsSignedAndDrawnAboutZero() {
    HeadPattern one = pattern(1, false);
    HeadPattern both = pattern(2, false);
    HeadPattern difference = one.minus(both, "both rows");
    assertThat(difference.at(5, 3)).isEqualTo(one.at(5, 3) - both.at(5, 3));
    assertThat(requireNonNull(difference.distance())).isBetween(0.001, 1.0);
    assertThat(requireNonNull(one.minus(one, "itself").distance())).isZero();
    assertThat(difference.figures().getFirst())
        .isInstanceOfSatisfying(
            Heatmap.class, map -> assertThat(map.colours().palette().diverging()).isTrue());
    assertThat(difference.figures().getLast()).isInstanceOf(Arcs.class);

    HeadPattern shorter =
        new PatternAnalysis()
            .run(
                new Subject(model, null, new TokenInput.Ids("ids", new int[][] {{1, 2, 3}})),
                new PatternAnalysis.Parameters("L1H2", T, 1, false, null),
                Progress.silent());
    assertThatThrownBy(() -> one.minus(shorter, "a shorter one"))
        .hasMessageContaining("24 and 3 tokens");
  }
}
