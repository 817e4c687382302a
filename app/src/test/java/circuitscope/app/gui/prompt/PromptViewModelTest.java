package circuitscope.app.gui.prompt;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.app.gui.analysis.OpenPage;
import circuitscope.app.gui.analysis.PageCommands;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.RunState;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.LossAnalysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.predict.Generated;
import circuitscope.probes.predict.Prediction;
import circuitscope.probes.predict.TextToken;
import circuitscope.viz.palette.Theme;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PromptViewModelTest {
  private static final String TEXT = "The cat sat on the mat.";

  /** Both read the same logits in FP32, in pieces of other sizes. */
  private static final double TOLERANCE = 2e-5;

  private final OpenPage open = new OpenPage();
  private final PromptViewModel page = new PromptViewModel(open.services());

  @AfterEach
  void close() {
    page.close();
    open.close();
  }

  private Prediction predicted() {
    page.run();
    return page.runner().state().shown().orElseThrow().prediction().orElseThrow();
  }

  @Test
  void tokensFollowTheTextAndItsBosPolicyAsItIsTyped() {
    page.input().textProperty().set("One cat");
    int without = page.tokensProperty().get().size();
    assertThat(page.tokensProperty().get().getFirst().label()).startsWith("O");
    page.input().bosProperty().set("yes");
    assertThat(page.tokensProperty().get()).hasSize(without + 1);
    assertThat(page.tokensProperty().get().getFirst().end()).isZero();
    assertThat(page.tokensProperty().get().getLast().end()).isEqualTo("One cat".length());
    page.input().textProperty().set("");
    assertThat(page.tokensProperty().get()).isEmpty();
  }

  @Test
  void theSameTextTypedAgainHasItsTokensAgain() {
    page.input().textProperty().set("One cat");
    List<TextToken> before = page.tokensProperty().get();
    page.input().textProperty().set("");
    page.input().textProperty().set("One cat");
    assertThat(page.tokensProperty().get()).isNotEmpty().isEqualTo(before);
  }

  /** Queued for one model, they are cut by the one that was chosen meanwhile. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tokensAreThoseOfTheModelThatIsChosen(boolean cancelled) {
    open.open();
    LoadedModel first = open.services().models().open().getFirst();
    LoadedModel second = open.services().models().open().getLast();
    page.model().modelProperty().set(first);
    page.input().textProperty().set("");
    open.jobs().hold();
    page.input().textProperty().set("One cat");
    page.model().modelProperty().set(second);
    if (cancelled) {
      open.jobs().all().getFirst().cancel();
    }
    open.jobs().runNext();
    assertThat(page.tokensProperty().get()).isEmpty();
    open.jobs().runNext();
    assertThat(page.tokensProperty().get()).isNotEmpty();
  }

  @Test
  void lossesAreThoseOfTheLossAnalysisAndOfTheCommand() throws IOException {
    page.input().textProperty().set(TEXT);
    Prediction shown = predicted();
    LossAnalysis.Loss loss =
        new LossAnalysis()
            .run(
                requireNonNull(page.model().get())
                    .opened()
                    .about(new TokenInput.Prompt(TEXT, BosPolicy.AUTO), null),
                new LossAnalysis.Parameters(null, 8, null),
                Progress.silent());

    assertThat(shown.lossNats()).isCloseTo(loss.lossNats(), within(TOLERANCE));
    for (int i = 1; i < shown.tokens().size(); i++) {
      double expected = loss.tokenLossNats().getFirst()[i - 1];
      assertThat(requireNonNull(shown.tokens().get(i).lossNats()))
          .isCloseTo(expected, within(TOLERANCE));
      Integer rank = shown.tokens().get(i).rank();
      if (rank != null) {
        assertThat(shown.tokens().get(i - 1).next().get(rank - 1).probability())
            .isCloseTo(Math.exp(-expected), within(TOLERANCE));
      }
    }
    OpenPage.assertCommandSaysTheSame(page.inFront().orElseThrow());
  }

  @Test
  void chipsAreColouredUntilTheTextGoesOn() {
    page.input().textProperty().set(TEXT);
    Prediction shown = predicted();
    PromptChips chips =
        PromptChips.of(page.tokensProperty().get(), java.util.Optional.of(shown), Theme.LIGHT);
    assertThat(chips.chips().get(1).parts().getFirst().colour()).isNotZero();
    assertThat(chips.chips().get(1).spoken()).contains("nats");

    page.input().textProperty().set(TEXT + "!");
    PromptChips stale =
        PromptChips.of(
            page.tokensProperty().get().reversed(), java.util.Optional.of(shown), Theme.LIGHT);
    assertThat(stale.predicted()).isNull();
    assertThat(stale.chips()).allMatch(chip -> chip.parts().getFirst().colour() == 0);
  }

  @Test
  void twoPromptsStandTokenAgainstToken() {
    page.input().textProperty().set(TEXT);
    page.predicting().fill(Map.of("other-text", "The old cat sat on a mat."));
    Prediction shown = predicted();

    assertThat(requireNonNull(shown.other())).isNotEmpty();
    var pairs = requireNonNull(shown.pairs());
    assertThat(pairs.stream().filter(pair -> pair.first() != null)).hasSameSizeAs(shown.tokens());
    assertThat(pairs.stream().filter(pair -> pair.second() != null)).hasSameSizeAs(shown.other());
    var last = pairs.getLast();
    assertThat(shown.tokens().get(requireNonNull(last.first())).token().label())
        .isEqualTo(shown.other().get(requireNonNull(last.second())).token().label())
        .isEqualTo(".");
  }

  @Test
  void whatIsWrittenIsTheCommandsAndStandsBesideTheLosses() throws IOException {
    page.input().textProperty().set("It is a truth");
    page.run();
    page.writing().fill(Map.of("max-tokens", 6, "temperature", 0.7, "top-k", 20, "seed", 3));
    page.writeOn();

    PromptViewModel.Answer shown = page.runner().state().shown().orElseThrow();
    Generated generated = shown.generated().orElseThrow();
    assertThat(generated.ids()).hasSize(6);
    assertThat(shown.prediction()).isPresent();
    OpenPage.assertCommandSaysTheSame(requireNonNull(shown.written()));
  }

  @Test
  void cancelGoesBackToWhatWasShown() {
    page.input().textProperty().set(TEXT);
    page.run();
    var before = page.runner().state();
    open.jobs().hold();
    page.writeOn();
    assertThat(page.canWrite().get()).isFalse();
    page.runner().cancel();
    assertThat(page.runner().state()).isEqualTo(before);
  }

  @Test
  void aPageOpensAgainAsItStoodAndItsCommandIsCopied() {
    page.input().textProperty().set(TEXT);
    page.predicting().fill(Map.of("top", 3));
    PromptViewModel again = new PromptViewModel(open.services());
    again.restore(page.state());
    new PageCommands(open.services(), again).copyCommand();
    assertThat(open.test().copied().getLast())
        .startsWith("circuitscope predict --model embedded:gpt2-4l")
        .contains("--text '" + TEXT + "'", "--top 3");
    again.close();
  }

  @Test
  void aTextThatIsTooLongIsAProblemNotAnEmptyPage() {
    page.input().textProperty().set("word ".repeat(600));
    page.predicting().fill(Map.of("max-tokens", 600));
    page.run();
    assertThat(page.runner().state())
        .isInstanceOfSatisfying(
            RunState.Failed.class,
            failed -> assertThat(failed.problem().happened()).contains("512"));
    List<Outcome> none = page.inFront().stream().toList();
    assertThat(none).isEmpty();
  }
}
