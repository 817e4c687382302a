package circuitscope.app.session.reproduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.reproduce.ExpectedTable.Is;
import circuitscope.app.session.reproduce.ExpectedTable.Row;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class JudgeTest {
  private static final String DOCUMENT =
      """
      {"r": 0.5, "heads": [{"head": "L0H0", "s": {"x": 0.1}}, {"head": "L0H1", "s": {"x": 0.9}},
       {"head": "L1H0", "s": {"x": 0.4}}, {"head": "L1H1"}]}\
      """;

  private static JsonNode document() throws IOException {
    return new JsonMapper().readTree(DOCUMENT);
  }

  @Test
  void numbersAreFoundByTheirPaths() throws IOException {
    assertThat(Measure.of(document(), "r", null)).isEqualTo(0.5);
    assertThat(Measure.of(document(), "heads.[head=L0H1].s.x", null)).isEqualTo(0.9);
    assertThat(Measure.of(document(), "heads.2.s.x", null)).isEqualTo(0.4);
    assertThat(Measure.of(document(), "heads.*.s.x", "top:2")).isEqualTo(List.of("L0H1", "L1H0"));
    assertThat(Measure.of(document(), "heads.*.s.x", "rank:3")).isEqualTo(0.1);
    assertThat(Measure.of(document(), "heads.*.s.x", "median")).isEqualTo(0.4);
    assertThat(Measure.of(document(), "heads.*.s.x", "rank:4")).isNull();
    assertThat(Measure.of(document(), "heads.[head=L9H9].s.x", null)).isNull();
    assertThatThrownBy(() -> Measure.of(document(), "heads.*.s.x", null))
        .hasMessageContaining("names 3 numbers");
  }

  @Test
  void everyKindOfExpectationHoldsAndFails() {
    assertThat(Judge.holds(row(Is.WITHIN, 0.5, 0.1), 0.59)).isTrue();
    assertThat(Judge.holds(row(Is.WITHIN, 0.5, 0.1), 0.61)).isFalse();
    assertThat(Judge.holds(row(Is.WITHIN, 0.5, 0.1), Double.NaN)).isFalse();
    assertThat(Judge.holds(row(Is.FACTOR, 100, 1.5), 149.0)).isTrue();
    assertThat(Judge.holds(row(Is.FACTOR, 100, 1.5), 66.0)).isFalse();
    assertThat(Judge.holds(row(Is.EXACTLY, 7238986, null), 7238986.0)).isTrue();
    assertThat(Judge.holds(row(Is.EXACTLY, 7238986, null), 7238987.0)).isFalse();
    assertThat(Judge.holds(row(Is.AT_LEAST, 0.75, null), 0.75)).isTrue();
    assertThat(Judge.holds(row(Is.AT_MOST, 0.02, null), 0.021)).isFalse();
    assertThat(Judge.holds(row(Is.SET, List.of("a", "b"), null), List.of("b", "a"))).isTrue();
    assertThat(Judge.holds(row(Is.SET, List.of("a"), null), List.of("b", "a"))).isFalse();
    assertThat(Judge.holds(row(Is.INCLUDES, List.of("a"), null), List.of("b", "a"))).isTrue();
  }

  private static Row row(Is is, Object expected, @Nullable Double tolerance) {
    return new Row("claim", "r", null, is, expected, tolerance, null, null);
  }

  @Test
  void everyShippedTableAsksForWhatItsAnalysesTake() throws IOException {
    for (String name : ExpectedTable.PUBLISHED) {
      ExpectedTable table = ExpectedTable.published(name);
      assertThat(table.table()).isEqualTo(name);
      assertThat(table.runs()).isNotEmpty();
      for (ExpectedTable.Run run : table.runs()) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        if (run.parameters() != null) {
          parameters.putAll(run.parameters());
        }
        AnalysisRun.of(Analyses.registry().find(run.analysis()), parameters, null);
        assertThat(run.rows()).isNotEmpty().allMatch(row -> !row.claim().isBlank());
      }
    }
  }
}
