package circuitscope.app.gui.heads;

import circuitscope.app.gui.analysis.Answers;
import circuitscope.app.gui.analysis.PageState;
import circuitscope.app.gui.analysis.Question;
import circuitscope.app.gui.analysis.Questions;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.heads.causal.AblateHeadsAnalysis;
import circuitscope.heads.causal.AblateHeadsResult;
import circuitscope.heads.causal.Effect;
import circuitscope.heads.composition.CompositionAnalysis;
import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.ngram.NgramAnalysis;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.layout.Pick;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** Heads: their scores, and of the one that was clicked its effect; n-gram heads, composition. */
public final class HeadsViewModel implements Questions {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.heads");

  /** The parts of the page, one analysis each. */
  public enum Part {
    SCORES,
    EFFECT,
    SPECTRUM,
    COMPOSITION
  }

  private final Services services;
  private final ChosenModel model;
  private final InputFormViewModel input = new InputFormViewModel(Analysis.Input.OPTIONAL);
  private final ParameterFormViewModel detecting =
      new ParameterFormViewModel(DetectAnalysis.Parameters.class);
  private final ParameterFormViewModel ablating =
      new ParameterFormViewModel(AblateHeadsAnalysis.Parameters.class);
  private final Runner<Answers<Part>> runner;
  private final ObjectProperty<HeadScores.Kind> kind =
      new SimpleObjectProperty<>(HeadScores.Kind.INDUCTION);
  private final ObjectProperty<Part> front = new SimpleObjectProperty<>(Part.SCORES);
  private final StringProperty head = new SimpleStringProperty("");
  private final BooleanBinding runnable;
  private final BooleanBinding free;
  private final BooleanBinding ablatable;

  public HeadsViewModel(Services services) {
    this.services = services;
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    // Fewer draws than on the command line: a click should not take minutes. The command says so.
    ablating.fill(Map.of("draws", 20, "sequences", 16));
    BooleanBinding there = Bindings.isNotNull(model.modelProperty());
    this.runnable = there.and(input.given()).and(detecting.validProperty());
    this.free = there.and(runner.running().not());
    this.ablatable = free.and(Bindings.isNotEmpty(head)).and(ablating.validProperty());
    head.addListener((property, old, now) -> ablating.fill(Map.of("heads", now)));
  }

  @Override
  public ChosenModel model() {
    return model;
  }

  @Override
  public InputFormViewModel input() {
    return input;
  }

  public ParameterFormViewModel detecting() {
    return detecting;
  }

  public ParameterFormViewModel ablating() {
    return ablating;
  }

  @Override
  public Runner<Answers<Part>> runner() {
    return runner;
  }

  /** Which score the table shows with its interval and null. */
  public ObjectProperty<HeadScores.Kind> kindProperty() {
    return kind;
  }

  /** The part whose answer exports take. */
  public ObjectProperty<Part> frontProperty() {
    return front;
  }

  /** The chosen head, such as {@code L3H1}; empty for none. */
  public StringProperty headProperty() {
    return head;
  }

  @Override
  public BooleanBinding runnable() {
    return runnable;
  }

  /** Whether a part that needs no head can be asked. */
  public BooleanBinding free() {
    return free;
  }

  public BooleanBinding ablatable() {
    return ablatable;
  }

  private Answers<Part> before() {
    return runner.answer().orElse(new Answers<>());
  }

  @Override
  public List<Question> asked() {
    Part first = before().of(front.get()).isPresent() ? front.get() : Part.SCORES;
    List<Question> asked = new ArrayList<>(List.of(question(first)));
    before().byPart().keySet().stream()
        .filter(part -> part != first)
        .sorted()
        .forEach(part -> asked.add(question(part)));
    return asked;
  }

  private Question question(Part part) {
    return switch (part) {
      case SCORES -> new Question(new DetectAnalysis(), detecting.written(), input.choice());
      case EFFECT -> Question.ofOwnTokens(new AblateHeadsAnalysis(), ablating.written());
      case SPECTRUM -> Question.ofOwnTokens(new NgramAnalysis(), Map.of());
      case COMPOSITION -> Question.ofOwnTokens(new CompositionAnalysis(), Map.of());
    };
  }

  /** Scores every head. */
  @Override
  public void run() {
    if (runnable.get()) {
      ask(Part.SCORES, new Answers<>());
    }
  }

  /** Takes the chosen head away, and as many at random. */
  public void ablate() {
    if (ablatable.get()) {
      ask(Part.EFFECT, before());
    }
  }

  /** The n-gram spectrum of every head. */
  public void spectrum() {
    ask(Part.SPECTRUM, before());
  }

  /** Which heads read of which, from the weights. */
  public void compose() {
    ask(Part.COMPOSITION, before());
  }

  private void ask(Part part, Answers<Part> before) {
    LoadedModel asked = model.get();
    if (asked != null && free.get()) {
      Question question = question(part);
      runner.run(
          asked,
          question.analysis().title(),
          progress -> before.with(part, question.askedOf(asked, progress)));
    }
  }

  /** The chosen kind's scores beside their intervals and nulls. */
  public DataTable table(HeadScores scores) {
    List<List<Object>> rows = new ArrayList<>();
    String word = kind.get().name().toLowerCase(Locale.ROOT);
    for (HeadScores.Head one : scores.heads()) {
      Double score = one.scores().of(kind.get());
      HeadScores.Evidence beside = one.evidence().get(word);
      Double copying = one.scores().copying();
      rows.add(
          List.of(
              one.head(),
              score == null ? Double.NaN : score,
              beside == null ? "" : interval(beside.low(), beside.high()),
              beside == null ? Double.NaN : beside.null95th(),
              beside != null && beside.outstanding() ? "yes" : "",
              copying == null ? Double.NaN : copying,
              one.mass().sink(),
              one.verdict() == null ? "" : one.verdict().word()));
    }
    return new DataTable(
        "head-scores",
        List.of("head", word, "interval", "null_95", "beyond_null", "copying", "sink", "verdict"),
        rows);
  }

  /** What the model loses without the head, beside random heads. */
  public DataTable table(AblateHeadsResult effects) {
    List<List<Object>> rows = new ArrayList<>();
    for (Effect one : effects.effects()) {
      Effect.Random random = one.random();
      rows.add(
          List.of(
              one.set(),
              one.kind().word(),
              one.delta().value(),
              interval(one.delta().low(), one.delta().high()),
              random == null ? Double.NaN : random.median(),
              random == null ? "" : "%d of %d".formatted(random.rank(), random.draws() + 1),
              one.measure()));
    }
    return new DataTable(
        "head-effects",
        List.of("heads", "ablation", "change_nats", "interval", "random", "rank", "measure"),
        rows);
  }

  private static String interval(double low, double high) {
    return String.format(Locale.ROOT, "%.3f to %.3f", low, high);
  }

  /** Chooses the head that a click in one of the score figures means. */
  public void picked(Pick pick) {
    Optional<HeadScores> scores = before().result(Part.SCORES, HeadScores.class);
    switch (pick) {
      case Pick.Cell cell when scores.isPresent() && cell.figure().startsWith("heads-") ->
          head.set("L%dH%d".formatted(cell.row(), cell.column()));
      case Pick.Node(String ignored, var node) -> choose(node.id());
      case Pick.Cell cell when cell.figure().equals("ngram-spectrum") ->
          choose(cell.rowLabel().replaceFirst("^\\d+ ", "").split(" ", 2)[0]);
      case Pick.Point point when !point.label().isEmpty() -> head.set(point.label());
      case Pick.Point point -> scores.flatMap(of -> at(of, point)).ifPresent(head::set);
      default -> {}
    }
  }

  private void choose(String name) {
    if (name.matches("L\\d+H\\d+")) {
      head.set(name);
    }
  }

  /** The head whose prefix matching is that of the point; only the best ones carry a label. */
  private static Optional<String> at(HeadScores scores, Pick.Point point) {
    return scores.heads().stream()
        .filter(
            one -> {
              Double score = one.scores().induction();
              return score != null && score == point.x();
            })
        .map(HeadScores.Head::head)
        .findFirst();
  }

  /** Opens the attention page at the chosen head. */
  public void showAttention() {
    LoadedModel asked = model.get();
    if (asked != null && !head.get().isEmpty()) {
      services.pages().open("attention", Map.of("head", head.get(), "model", asked.name()));
    }
  }

  @Override
  public Optional<Outcome> inFront() {
    return before().of(front.get()).or(() -> before().of(Part.SCORES));
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
    return Map.of("detect", detecting, "ablate", ablating);
  }

  @Override
  public void close() {
    runner.cancel();
    model.close();
  }
}
