package circuitscope.app.gui.prompt;

import circuitscope.app.gui.analysis.PageState;
import circuitscope.app.gui.analysis.Question;
import circuitscope.app.gui.analysis.Questions;
import circuitscope.app.gui.job.JobState;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Answered;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.AnalysisRun;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.predict.GenerateAnalysis;
import circuitscope.probes.predict.Generated;
import circuitscope.probes.predict.PredictAnalysis;
import circuitscope.probes.predict.Prediction;
import circuitscope.probes.predict.TextToken;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleIntegerProperty;
import org.jspecify.annotations.Nullable;

/** A prompt: its tokens as it is typed, what the model makes of them, and what it writes on. */
public final class PromptViewModel implements Questions {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.prompt");

  /** More letters are cut into tokens when Run is pressed, not at each stroke. */
  private static final int LETTERS_AT_A_STROKE = 4000;

  /** What is shown; each part stays while the other is run anew. */
  public record Answer(@Nullable Outcome predicted, @Nullable Outcome written) implements Answered {
    @Override
    public List<AnalysisRun.Finished<?, ?>> runs() {
      return Stream.of(predicted, written)
          .filter(Objects::nonNull)
          .<AnalysisRun.Finished<?, ?>>map(Outcome::finished)
          .toList();
    }

    public Optional<Prediction> prediction() {
      return predicted == null
          ? Optional.empty()
          : Optional.of((Prediction) predicted.finished().result());
    }

    public Optional<Generated> generated() {
      return written == null
          ? Optional.empty()
          : Optional.of((Generated) written.finished().result());
    }
  }

  private final Services services;
  private final ChosenModel model;
  private final InputFormViewModel input = new InputFormViewModel(Analysis.Input.REQUIRED);
  private final ParameterFormViewModel predicting =
      new ParameterFormViewModel(PredictAnalysis.Parameters.class);
  private final ParameterFormViewModel writing =
      new ParameterFormViewModel(GenerateAnalysis.Parameters.class);
  private final Runner<Answer> runner;
  private final ReadOnlyObjectWrapper<List<TextToken>> tokens =
      new ReadOnlyObjectWrapper<>(List.of());
  private final IntegerProperty picked = new SimpleIntegerProperty(-1);
  private final BooleanBinding runnable;
  private final BooleanBinding canWrite;
  private @Nullable Cut tokenised;
  private boolean tokenising;

  public PromptViewModel(Services services) {
    this.services = services;
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    writing.fill(Map.of("max-tokens", 40));
    BooleanBinding given = Bindings.isNotNull(model.modelProperty()).and(input.given());
    this.runnable = given.and(predicting.validProperty());
    this.canWrite = given.and(writing.validProperty()).and(runner.running().not());
    input.textProperty().addListener(change -> tokenise());
    input.bosProperty().addListener(change -> tokenise());
    input.kindProperty().addListener(change -> tokenise());
    model.modelProperty().addListener(change -> tokenise());
    tokenise();
  }

  /** What the tokens are of. */
  private record Cut(LoadedModel of, InputFormViewModel.Choice choice) {}

  /** What is to be cut into tokens as the page stands; null for nothing. */
  private @Nullable Cut wanted() {
    LoadedModel of = model.get();
    InputFormViewModel.Choice choice = input.choice();
    boolean text = choice.kind() == InputFormViewModel.Kind.TEXT && !choice.text().isEmpty();
    return of == null || !text || choice.text().length() > LETTERS_AT_A_STROKE
        ? null
        : new Cut(of, choice);
  }

  /** Cuts the text into tokens beside the window, the latest text last. */
  private void tokenise() {
    Cut cut = wanted();
    if (cut == null) {
      tokenised = null;
      tokens.set(List.of());
    } else if (!tokenising && !cut.equals(tokenised)) {
      tokenising = true;
      services
          .models()
          .submit(cut.of(), TEXTS.get("tokenise"), progress -> tokens(cut.of(), cut.choice()))
          .onEnd(end -> ended(cut, end));
    }
  }

  private void ended(Cut cut, JobState<List<TextToken>> end) {
    tokenising = false;
    if (!cut.equals(wanted())) {
      tokenise(); // the text went on meanwhile, or another model was chosen
    } else if (end instanceof JobState.Done<List<TextToken>>(List<TextToken> found)) {
      tokenised = cut;
      tokens.set(found);
    } else {
      tokenised = null;
      tokens.set(List.of());
    }
  }

  private static List<TextToken> tokens(LoadedModel of, InputFormViewModel.Choice choice) {
    var tokenizer = of.opened().tokenizer();
    return tokenizer == null || !(choice.open() instanceof TokenInput.Prompt(String text, var bos))
        ? List.of()
        : TextToken.of(tokenizer, text, bos);
  }

  @Override
  public ChosenModel model() {
    return model;
  }

  @Override
  public InputFormViewModel input() {
    return input;
  }

  public ParameterFormViewModel predicting() {
    return predicting;
  }

  public ParameterFormViewModel writing() {
    return writing;
  }

  @Override
  public Runner<Answer> runner() {
    return runner;
  }

  @Override
  public BooleanBinding runnable() {
    return runnable;
  }

  public BooleanBinding canWrite() {
    return canWrite;
  }

  /** The typed text as tokens; empty while there is none, or no model. */
  public ReadOnlyObjectProperty<List<TextToken>> tokensProperty() {
    return tokens.getReadOnlyProperty();
  }

  /** The place that was clicked: a token, or with two texts a pair; −1 for none. */
  public IntegerProperty pickedProperty() {
    return picked;
  }

  @Override
  public List<Question> asked() {
    return List.of(predict());
  }

  private Question predict() {
    return new Question(new PredictAnalysis(), predicting.written(), input.choice());
  }

  private Question write() {
    return new Question(new GenerateAnalysis(), writing.written(), input.choice());
  }

  private @Nullable Answer before() {
    return runner.answer().orElse(null);
  }

  /** Losses and what is expected, of the text as it stands. */
  @Override
  public void run() {
    LoadedModel asked = model.get();
    if (asked != null && runnable.get()) {
      Question question = predict();
      Answer before = before();
      runner.run(
          asked,
          question.analysis().title(),
          progress ->
              new Answer(
                  question.askedOf(asked, progress), before == null ? null : before.written()));
    }
  }

  /** Writes on from the text as it stands. */
  public void writeOn() {
    LoadedModel asked = model.get();
    if (asked != null && canWrite.get()) {
      Question question = write();
      Answer before = before();
      runner.run(
          asked,
          question.analysis().title(),
          progress ->
              new Answer(
                  before == null ? null : before.predicted(), question.askedOf(asked, progress)));
    }
  }

  /** What is being written, as far as it is; empty when nothing is. */
  public static String underWay(RunState<Answer> state) {
    return state instanceof RunState.Running<Answer>(var snapshot, var ignored, var previous)
            && snapshot != null
        ? snapshot.note().replace(GenerateAnalysis.NEW_LINE, "\n")
        : "";
  }

  @Override
  public Optional<Outcome> inFront() {
    Answer shown = before();
    if (shown == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(shown.predicted() == null ? shown.written() : shown.predicted());
  }

  /** What opens the page again as it stands. */
  @Override
  public Map<String, Object> state() {
    return PageState.keep(model, input, forms());
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    PageState.restore(state, model, input, forms());
  }

  private Map<String, ParameterFormViewModel> forms() {
    return Map.of("predict", predicting, "write", writing);
  }

  @Override
  public void close() {
    runner.cancel();
    model.close();
  }
}
