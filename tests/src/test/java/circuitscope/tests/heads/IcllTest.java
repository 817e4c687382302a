package circuitscope.tests.heads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.heads.icll.IcllAblation;
import circuitscope.heads.icll.IcllAnalysis;
import circuitscope.heads.icll.IcllResult;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.InvalidParametersException;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In-context language learning of models that are known by hand, and of tiny ones. */
final class IcllTest {
  private static final Map<String, String> FEW =
      Map.of("languages", "8", "length", "200", "draws", "3");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void aHandMadeHeadMakesAModelTheLearnerOfItsOrder(int order) throws IOException {
    HandMadeModels.HandMade made = HandMadeModels.ngram(order, 32, folder);
    IcllResult result = run(with("ablate", made.matchingHead().toString()));
    IcllResult.Distance nearest =
        result.distances().stream()
            .filter(distance -> distance.between().startsWith("model - "))
            .filter(distance -> distance.order() > 0)
            .min(Comparator.comparingDouble(distance -> distance.tvd().value()))
            .orElseThrow();
    assertThat(nearest.order()).isEqualTo(order);
    IcllAblation.Effect effect = Objects.requireNonNull(result.ablation()).effects().get(order);
    assertThat(effect.order()).isEqualTo(order);
    assertThat(effect.tvdChange().low()).isPositive();
    double random = 0;
    for (double change : effect.randomTvdChanges()) {
      random += change / effect.randomTvdChanges().length;
    }
    assertThat(effect.tvdChange().value()).isGreaterThan(random);
    assertThat(effect.tvdChange().value())
        .isCloseTo(effect.tvdAfter().value() - effect.tvdBefore().value(), within(1e-9));
  }

  @Test
  void theLearnersNeedNoModelAndLongerContextsHelp() throws IOException {
    HandMadeModels.induction(folder);
    IcllResult result = run(FEW);
    List<IcllResult.Distance> learners =
        result.distances().stream()
            .filter(distance -> distance.between().startsWith("automaton - "))
            .toList();
    assertThat(learners.get(1).tvd().value()).isLessThan(learners.get(0).tvd().value());
    assertThat(learners.get(2).tvd().value()).isLessThan(learners.get(1).tvd().value());
    for (IcllResult.Distance distance : result.distances()) {
      assertThat(distance.l1().value()).isEqualTo(2 * distance.tvd().value());
      assertThat(distance.tvd().value()).isBetween(0.0, 1.0);
      assertThat(distance.klNats().value()).isPositive();
    }
    assertThat(result.symbolMass().value()).isBetween(0.0, 1.0);
    assertThat(run(FEW).distances()).isEqualTo(result.distances());
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama-gqa-rope3-fp16", "bloom", "gptj-hub", "gemma2-hub"})
  void itRunsOnOtherFamiliesWithoutATokenizer(String name) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", name));
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      Map<String, String> written = new HashMap<>(FEW);
      written.put("length", "60");
      written.put("ablate", "L0H0,L1H1");
      IcllResult result =
          new IcllAnalysis()
              .run(new Subject(model, null, null), parameters(written), Progress.silent());
      assertThat(Objects.requireNonNull(result.ablation()).heads()).hasSize(2);
      assertThat(result.distances().getFirst().tvd().value()).isBetween(0.3, 1.0);
    }
  }

  @Test
  void whatCannotBeDoneIsRefused() {
    HandMadeModels.induction(folder);
    assertThatThrownBy(() -> run(with("ablate", "L7H0")))
        .hasMessageContaining("there is no head L7H0");
    assertThatThrownBy(() -> run(with("max-alphabet", "19")))
        .hasMessageContaining("alphabets of 4 to 19 symbols out of 18");
    assertThatThrownBy(() -> run(with("max-edges", "5")))
        .hasMessageContaining("an automaton cannot be drawn with up to 5 edges a state");
    assertThatThrownBy(() -> run(with("length", "600")))
        .hasMessageContaining("more than the model's 512 positions");
    assertThatThrownBy(() -> run(with("symbols", "70")))
        .hasMessageContaining("70 distinct tokens cannot be drawn");
    assertThatThrownBy(() -> parameters(Map.of("languages", "1")))
        .isInstanceOf(InvalidParametersException.class);
  }

  private static Map<String, String> with(String name, String value) {
    Map<String, String> written = new HashMap<>(FEW);
    written.put(name, value);
    return written;
  }

  private static IcllAnalysis.Parameters parameters(Map<String, String> written) {
    return ParameterSpec.of(IcllAnalysis.Parameters.class).read(written);
  }

  private IcllResult run(Map<String, String> written) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder);
        Tokenizer tokenizer = Tokenizer.open(folder);
        Model model =
            Model.load(checkpoint, ComputeDevice.CPU, Precision.FP32, LoadProgress.NONE)) {
      return new IcllAnalysis()
          .run(new Subject(model, tokenizer, null), parameters(written), Progress.silent());
    }
  }
}
