package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.logits.AttentionLogits;
import circuitscope.heads.logits.AttentionLogitsAnalysis;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Average attention logits are what the sites hold, without what a query does not see. */
final class AttentionLogitsTest {
  private static final int LENGTH = 12;

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "mistral-window", "bloom", "gemma2-hub"})
  void theyAreTheMeansOfTheScoresThatTheSoftmaxMeets(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", name));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      Subject subject = subject(model, name);
      AttentionLogits result = run(subject, false);
      int[][] rows = ((TokenInput.Ids) subject.requireInput()).rows();
      int cells = LENGTH * LENGTH;
      List<Site> sites = Sites.inEveryLayer(SiteKind.ATTN_SCORES, model.spec());
      int heads = model.spec().attention().heads();
      try (Trace trace = Recorder.of(model.spec(), sites).record(model, TokenBatch.of(cut(rows)))) {
        for (Site site : sites) {
          float[] scores = trace.values(site); // [row, head, query, key]
          int window = model.spec().attention().windows().get(site.layer());
          for (int i = 0; i < heads * cells; i++) {
            int query = i / LENGTH % LENGTH;
            int key = i % LENGTH;
            float actual = result.logits()[site.layer() * heads * cells + i];
            if (key > query || (window > 0 && key <= query - window)) {
              assertThat(actual).isNaN();
            } else {
              float mean = (scores[i] + scores[heads * cells + i]) / 2;
              assertThat(actual).isCloseTo(mean, within(1e-5f));
            }
          }
        }
      }
    }
  }

  /** The softmax does not see what is added to a query's logits; centred ones have mean 0. */
  @Test
  void centredLogitsHaveMeanZeroForEachQuery() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", "bloom"));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      float[] logits = run(subject(model, "bloom"), true).logits();
      for (int row = 0; row < logits.length / LENGTH; row++) {
        double sum = 0;
        for (int key = 0; key <= row % LENGTH; key++) {
          sum += logits[row * LENGTH + key];
        }
        assertThat(sum).isCloseTo(0, within(1e-4));
      }
    }
  }

  @Test
  void aTextShorterThanTwoSentencesAndAHeadThatIsNotThereAreRefused() {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", "gpt2"));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      Subject one =
          new Subject(model, null, new TokenInput.Ids("short", new int[][] {new int[LENGTH]}));
      assertThatThrownBy(() -> run(one, false))
          .hasMessageContaining("short: 12 tokens in it, and two windows of 12 are needed");
      var unknown = new AttentionLogitsAnalysis.Parameters(2, LENGTH, List.of("L9H9"), false, 2);
      assertThatThrownBy(
              () ->
                  new AttentionLogitsAnalysis()
                      .run(subject(model, "gpt2"), unknown, Progress.silent()))
          .hasMessageContaining("there is no head L9H9");
    }
  }

  private static Subject subject(Model model, String name) {
    Path file = Path.of("golden", name, "golden.safetensors");
    return new Subject(model, null, TokenInput.readIds(file + ":input_ids"));
  }

  private static int[][] cut(int[][] rows) {
    int[][] cut = new int[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      cut[row] = Arrays.copyOf(rows[row], LENGTH);
    }
    return cut;
  }

  private static AttentionLogits run(Subject subject, boolean centred) {
    return new AttentionLogitsAnalysis()
        .run(
            subject,
            new AttentionLogitsAnalysis.Parameters(2, LENGTH, List.of(), centred, 1),
            Progress.silent());
  }
}
