package circuitscope.app.session.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.session.compare.Difference.Method;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ComparisonTest {
  @TempDir Path folder;

  private Side side(String name, String document, Map<String, String> tables) throws IOException {
    Path result = Files.createDirectories(folder.resolve(name));
    Files.writeString(
        result.resolve("manifest.json"),
        "{\"analysis\": \"x\", \"tokens\": {\"digest\": \"d\"}, \"model\": {\"name\": \"m\"}}");
    Files.writeString(result.resolve("result.json"), document);
    Files.createDirectories(result.resolve("tables"));
    for (Map.Entry<String, String> table : tables.entrySet()) {
      Files.writeString(result.resolve("tables/" + table.getKey() + ".csv"), table.getValue());
    }
    return Side.read(name, result);
  }

  private static Difference find(Comparison comparison, String name) {
    return comparison.differences().stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " in " + comparison.differences()));
  }

  @Test
  void elementsAreMatchedByTheirNamesNotTheirPlaces() throws IOException {
    Comparison comparison =
        Comparison.of(
            side(
                "a",
                "{'heads': [{'head': 'L0H0', 'score': 1.5}, {'head': 'L0H1', 'score': 2.0}]}"
                    .replace('\'', '"'),
                Map.of()),
            side(
                "b",
                "{'heads': [{'head': 'L0H1', 'score': 2.5}, {'head': 'L0H0', 'score': 1.0}, {'head': 'L0H2', 'score': 9.0}]}"
                    .replace('\'', '"'),
                Map.of()),
            0);
    assertThat(find(comparison, "heads.score [L0H0]").difference()).isEqualTo(-0.5);
    assertThat(find(comparison, "heads.score [L0H1]").difference()).isEqualTo(0.5);
    assertThat(comparison.onlyB()).containsExactly("heads[L0H2]");
    assertThat(comparison.intervals()).isZero();
  }

  @Test
  void aTablesRowsAreMatchedByAsManyColumnsAsItTakes() throws IOException {
    Comparison comparison =
        Comparison.of(
            side("a", "{}", Map.of("t", "kind,layer,part,x\nk,0,q,0.5\nk,0,k,1.5\nk,1,q,2.5\n")),
            side("b", "{}", Map.of("t", "kind,layer,part,x\nk,1,q,3.5\nk,0,k,1.0\nk,0,q,0.75\n")),
            0);
    assertThat(find(comparison, "table t.x [0, q]").difference()).isEqualTo(0.25);
    assertThat(find(comparison, "table t.x [0, k]").difference()).isEqualTo(-0.5);
    assertThat(find(comparison, "table t.x [1, q]").difference()).isEqualTo(1);
  }

  @Test
  void everyWayOfWritingAnIntervalIsRead() throws IOException {
    String document =
        """
        {"rate": {"value": %1$s, "low": 0.4, "high": 0.9},
         "r": %1$s, "r_interval": {"value": %1$s, "low": 0.4, "high": 0.9},
         "plain": {"share": %1$s, "low": 0.4, "high": 0.9},
         "signed": %1$s, "signed_low": 0.4, "signed_high": 0.9,
         "scores": {"induction": %1$s}, "evidence": {"induction": {"low": 0.4, "high": 0.9}},
         "elsewhere": {"other": 3.5, "low": 0.4, "high": 0.9}}\
        """;
    Comparison comparison =
        Comparison.of(
            side("a", document.formatted("0.5"), Map.of()),
            side("b", document.formatted("0.8"), Map.of()),
            0);
    for (String name : List.of("rate", "r", "plain.share", "signed", "scores.induction")) {
      Difference one = find(comparison, name);
      assertThat(one.method()).as(name).isEqualTo(Method.INDEPENDENT);
      assertThat(one.difference()).isEqualTo(0.8 - 0.5);
      // by hand: 0.3 - sqrt(0.4^2 + 0.4^2), 0.3 + sqrt(0.1^2 + 0.1^2)
      assertThat(one.low()).isCloseTo(0.3 - 0.4 * Math.sqrt(2), within(1e-12));
      assertThat(one.high()).isCloseTo(0.3 + 0.1 * Math.sqrt(2), within(1e-12));
      assertThat(one.isClear()).isFalse();
    }
    // ends that do not hold their number are no interval of it
    assertThat(find(comparison, "elsewhere.other").low()).isNull();
  }

  @Test
  void lossesOfTheSameTokensArePairedSoThatSmallDifferencesShow() throws IOException {
    int windows = 400;
    int width = 8;
    Random random = new Random(1);
    float[] a = new float[windows * width];
    float[] b = new float[windows * width];
    double[] differences = new double[windows];
    for (int window = 0; window < windows; window++) {
      double hard = random.nextGaussian(4, 2);
      for (int i = window * width; i < (window + 1) * width; i++) {
        a[i] = (float) hard;
        b[i] = (float) (hard + random.nextGaussian(0.02, 0.1));
        differences[window] += (b[i] - a[i]) / width;
      }
    }
    Side one = side("a", "{\"loss_nats\": 4.0}", Map.of());
    Side other = side("b", "{\"loss_nats\": 4.02}", Map.of());
    write(one, a, windows, width);
    write(other, b, windows, width);

    Difference loss = find(Comparison.of(one, other, 0), "loss_nats");

    double mean = Arrays.stream(differences).average().orElseThrow();
    double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
    double half = 1.96 * Math.sqrt(squares / (windows - 1) / windows);
    assertThat(loss.method()).isEqualTo(Method.PAIRED_BOOTSTRAP);
    // 1,000 resamples: the ends wander by about a tenth of the half-width
    assertThat(loss.low()).isCloseTo(mean - half, within(half / 4));
    assertThat(loss.high()).isCloseTo(mean + half, within(half / 4));
    assertThat(loss.isClear()).isTrue(); // the windows' own spread, 2 nats, would hide it
  }

  private static void write(Side side, float[] losses, int windows, int width) throws IOException {
    SafetensorsWriter.write(
        side.folder().resolve("tensors.safetensors"),
        Map.of(),
        List.of(TensorSource.of("token_loss_nats", new TensorShape(windows, width), losses)));
  }

  @Test
  void tensorsAreComparedElementByElementPastWhatIsNoNumber() {
    float[] a = {1, 2, Float.NaN, Float.NEGATIVE_INFINITY, 4};
    float[] b = {1, 4, 0, Float.NEGATIVE_INFINITY, 3};
    TensorDifference one = TensorDifference.of("t", new TensorShape(5), a, b);
    assertThat(one.compared()).isEqualTo(3);
    assertThat(one.mean()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(one.meanAbsolute()).isEqualTo(1);
    assertThat(one.largest()).isEqualTo(2);
    assertThat(one.largestAt()).containsExactly(1);
    // numpy.corrcoef([1, 2, 4], [1, 4, 3])[0, 1]
    assertThat(one.correlation()).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void resultsOfTwoAnalysesAreRefused() throws IOException {
    Side a = side("a", "{}", Map.of());
    Side b = side("b", "{}", Map.of());
    Files.writeString(b.folder().resolve("manifest.json"), "{\"analysis\": \"y\"}");
    Side other = Side.read("b", b.folder());
    assertThatThrownBy(() -> Comparison.of(a, other, 0))
        .hasMessageContaining("only results of one analysis");
    assertThatThrownBy(() -> Side.read("none", folder))
        .hasMessageContaining("there is no result in it");
  }
}
