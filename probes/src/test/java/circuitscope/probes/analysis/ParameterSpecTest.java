package circuitscope.probes.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ParameterSpecTest {
  enum Sampler {
    UNIFORM,
    NO_REPEATS
  }

  record Parameters(
      @Param(help = "Threshold", byDefault = "0.3", min = 0, max = 1) double epsilon,
      @Param(help = "Window", min = 2, unit = "tokens") int maxLength,
      @Param(help = "Period", optional = true, min = 1) @Nullable Integer period,
      @Param(help = "How tokens are drawn", byDefault = "no-repeats") Sampler sampler,
      @Param(help = "Layers", optional = true, min = 0) List<Integer> layers) {
    Parameters {
      if (period != null && period > maxLength) {
        throw new IllegalArgumentException("period: %d is above max-length".formatted(period));
      }
    }
  }

  private final ParameterSpec<Parameters> spec = ParameterSpec.of(Parameters.class);

  @Test
  void typedWordsAndParsedValuesGiveTheSameRecord() {
    Parameters typed = spec.read(Map.of("max-length", "64", "sampler", "uniform", "layers", "0,2"));
    Parameters parsed =
        spec.read(Map.of("max-length", 64, "sampler", "uniform", "layers", List.of(0, 2)));

    assertThat(typed)
        .isEqualTo(parsed)
        .isEqualTo(new Parameters(0.3, 64, null, Sampler.UNIFORM, List.of(0, 2)));
  }

  @Test
  void whatIsWrittenIsReadBackTheSame() {
    Parameters record = new Parameters(0.5, 8, 4, Sampler.NO_REPEATS, List.of());
    assertThat(spec.read(spec.write(record))).isEqualTo(record);
    assertThat(spec.write(record)).containsEntry("sampler", "no-repeats");
  }

  @Test
  void everyProblemIsNamedAtOnce() {
    InvalidParametersException refused =
        catchThrowableOfType(
            InvalidParametersException.class,
            () ->
                spec.read(
                    Map.of("epsilon", 1.5, "sampler", "gauss", "periot", 3, "layers", "1,x")));

    assertThat(refused.problems())
        .containsExactly(
            "periot: there is no such parameter (did you mean 'period'?); there are: epsilon,"
                + " max-length, period, sampler, layers",
            "epsilon: 1.5 is not a number, at least 0, at most 1",
            "max-length: must be given, a whole number, at least 2 (tokens)",
            "sampler: 'gauss' is not one of uniform, no-repeats",
            "layers: 'x' is not a list of values, each a whole number, at least 0");
  }

  /** A record with a text. */
  public record Words(@Param(help = "A token") String answer) {}

  @Test
  void aTextKeepsItsSpacesSinceTheyTellTokensApart() {
    assertThat(ParameterSpec.of(Words.class).read(Map.of("answer", " Mary")).answer())
        .isEqualTo(" Mary");
  }

  @Test
  void aFractionIsNoWholeNumberAndNanIsInNoRange() {
    assertThatThrownBy(() -> spec.read(Map.of("max-length", 2.5)))
        .hasMessage("max-length: '2.5' is not a whole number, at least 2 (tokens)");
    assertThatThrownBy(() -> spec.read(Map.of("max-length", 2, "epsilon", "NaN")))
        .hasMessage("epsilon: NaN is not a number, at least 0, at most 1");
  }

  @Test
  void whatTheRecordRefusesIsAProblemToo() {
    assertThatThrownBy(() -> spec.read(Map.of("max-length", 4, "period", 9)))
        .isInstanceOf(InvalidParametersException.class)
        .hasMessage("period: 9 is above max-length");
  }
}
