package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.models.tokenizer.SpecialTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.seed.bytes.BpeSegmenter;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ByteScores;
import circuitscope.probes.seed.bytes.ModelTokens;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Exact bytes of the embedded model against {@code golden/exact_bytes.py}, brute force in FP64. */
final class ExactBytesTest {
  /** FP32 against FP64: up to 3e-4 nats on a token of this model, a few tokens a cover. */
  private static final double RELATIVE = 1e-3;

  @Test
  void theSumOverCoversEqualsBruteForce() throws IOException {
    JsonNode expected = new ObjectMapper().readTree(Path.of("golden", "exact-bytes.json").toFile());
    ModelChoice choice = new ModelChoice("embedded:gpt2-4l", null, "cpu", "fp32");
    try (OpenModel opened = OpenModel.open(choice, true, Progress.silent())) {
      ModelTokens model = new ModelTokens(opened.about(null, null));
      ByteScan scan = new ByteScan(model, new BpeSegmenter(opened.tokenizer()));
      for (JsonNode one : expected) {
        byte[] text = HexFormat.of().parseHex(one.get("hex").asText());
        ByteScores scores = scan.scan(text, true, Progress.silent());
        int n = text.length;
        double p = Math.exp(scores.logP()[n]);
        assertThat(scores.gap(n)).as("gap after %s", one.get("hex")).isLessThan(1e-5);
        equal(p, one.get("p"), "P of " + one.get("hex"));
        assertThat(scores.lost(n))
            .as("lost after %s", one.get("hex"))
            .isCloseTo(one.get("lost").asDouble() / one.get("p").asDouble(), within(1e-4));
        for (Map.Entry<String, JsonNode> next : one.get("next").properties()) {
          int b = Integer.parseInt(next.getKey());
          equal(Math.exp(scores.logNext()[n][b]), next.getValue(), "%s, byte %d".formatted(one, b));
        }
      }
    }
  }

  private static void equal(double actual, JsonNode expected, String what) {
    assertThat(actual / expected.asDouble()).as(what).isCloseTo(1, within(RELATIVE));
  }

  @Test
  void aTokenizerThatIsNotByteLevelIsRefusedByName() {
    String json =
        """
        {"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": [], "byte_fallback": true}}\
        """;
    try (Tokenizer tokenizer = Tokenizer.fromJson(json, SpecialTokens.NONE, "other.json")) {
      assertThatThrownBy(() -> new BpeSegmenter(tokenizer))
          .hasMessageContaining("other.json")
          .hasMessageContaining("SENTENCE_PIECE");
    }
  }

  /** Before a word the last character of white space stands by itself, and no later. */
  @Test
  void whiteSpaceBeforeAWordIsCutWhereTheTextEndsOtherwise() {
    String json =
        """
        {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false,
           "trim_offsets": true, "use_regex": true},
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "\u010a": 2, "ab": 3, "\u010a\u010a": 4},
                   "merges": ["a b", "\u010a \u010a"]}}\
        """;
    try (Tokenizer tokenizer = Tokenizer.fromJson(json, SpecialTokens.NONE, "tiny.json")) {
      BpeSegmenter segmenter = new BpeSegmenter(tokenizer);
      assertThat(segmenter.begins(new int[] {2, 2})).as("two newlines, a word").isTrue();
      assertThat(segmenter.makes(new int[] {2, 2})).as("two newlines, the end").isFalse();
      assertThat(segmenter.begins(new int[] {2, 4})).as("one newline and two").isFalse();
      assertThat(segmenter.begins(new int[] {0, 1})).as("a and b, never apart").isFalse();
      assertThat(segmenter.begins(new int[] {3, 0})).isTrue();
    }
  }
}
