package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.sinks.Outcome;
import circuitscope.heads.sinks.SinkInterventions;
import circuitscope.heads.sinks.SinkInterventionsAnalysis;
import circuitscope.heads.sinks.SinkRate;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.heads.sinks.SinkWhy;
import circuitscope.heads.sinks.SinkWhyAnalysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every family's tiny model has its sinks measured, explained and tried. */
final class SinkFamiliesTest {
  private static final int T = 12;

  static Stream<Path> checkpoints() {
    return Golden.checkpoints().stream();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void rateAndMechanismAgreeOnTheMassOfTheFirstKey(Path folder) {
    try (GoldenModel golden = GoldenModel.open(folder)) {
      Subject subject = subject(golden, folder);
      SinkRate rate = rate(subject);
      SinkWhy why =
          new SinkWhyAnalysis()
              .run(subject, new SinkWhyAnalysis.Parameters(T, 2, 2, 0), Progress.silent());
      for (SinkWhy.Head head : why.heads()) {
        // α_0 counts the first query, which has nothing else to look at; the mass does not.
        double alpha = (1 + (T - 1) * head.mass().value()) / T;
        assertThat(rate.alpha0()[head.head().layer()][head.head().head()])
            .isCloseTo(alpha, within(1e-6));
        assertThat(head.cosSink().value()).isBetween(-1.0, 1.0);
        assertThat(head.biasConstancy()).isBetween(0.0, 1 + 1e-6);
        assertThat(head.valueShare().value()).isPositive().isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void interventionsRunWhereTheModelAllowsThem(Path folder) {
    try (GoldenModel golden = GoldenModel.open(folder)) {
      SinkInterventions result =
          new SinkInterventionsAnalysis()
              .run(
                  subject(golden, folder),
                  new SinkInterventionsAnalysis.Parameters(
                      0.3, T, 2, 2, SinkRateAnalysis.Tokens.NATURAL, List.of(3), 2, 5, 1, 0),
                  Progress.silent());
      boolean learned = golden.model().spec().learnedPositions();
      assertThat(result.notApplicable()).hasSize(learned ? 0 : 1);
      assertThat(result.outcomes()).hasSize(learned ? 11 : 8);
      Outcome untouched = result.outcomes().getFirst();
      assertThat(untouched.changeNats().value()).isZero();
      for (Outcome outcome : result.outcomes()) {
        assertThat(outcome.lossNats().value()).isFinite();
        assertThat(outcome.h().value()).isPositive().isFinite();
        assertThat(outcome.sinks().getFirst().timesUniform().value()).isPositive();
      }
      // What is edited is met: none leaves every loss as it was, but the mean of a single value.
      assertThat(
              result.outcomes().stream()
                  .skip(1)
                  .filter(one -> !one.name().equals("large values to their mean"))
                  .map(one -> one.changeNats().value()))
          .doesNotContain(0.0);
    }
  }

  private static SinkRate rate(Subject subject) {
    return new SinkRateAnalysis()
        .run(
            subject,
            new SinkRateAnalysis.Parameters(
                0.3, T, 2, 2, SinkRateAnalysis.Tokens.NATURAL, 4, List.of(0.3), List.of(), 3, 0),
            Progress.silent());
  }

  private static Subject subject(GoldenModel golden, Path folder) {
    TokenInput ids = TokenInput.readIds(folder.resolve("golden.safetensors") + ":input_ids");
    return new Subject(golden.model(), null, ids);
  }
}
