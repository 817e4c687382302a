package circuitscope.app.gui.attention;

import circuitscope.app.gui.analysis.PageState;
import circuitscope.app.gui.analysis.Question;
import circuitscope.app.gui.analysis.Questions;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Answered;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.AnalysisRun;
import circuitscope.heads.detect.GridAnalysis;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.heads.detect.PatternAnalysis;
import circuitscope.heads.detect.PatternGrid;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Progress;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.jspecify.annotations.Nullable;

/** Attention: every head small, one large; of one model, or less that of another. */
public final class AttentionViewModel implements Questions {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.attention");

  /** All heads at once are read on no more tokens than these; one head on as many as asked. */
  static final int GRID_TOKENS = 512;

  private static final int THUMBNAIL = 32;

  /**
   * What is shown.
   *
   * @param inPassing whether the head was only clicked on; such looks are not kept as results
   */
  public record Answer(
      Outcome grid, Outcome head, @Nullable HeadPattern difference, boolean inPassing)
      implements Answered {
    @Override
    public List<AnalysisRun.Finished<?, ?>> runs() {
      return inPassing ? List.of(grid.finished()) : List.of(grid.finished(), head.finished());
    }

    public PatternGrid patterns() {
      return (PatternGrid) grid.finished().result();
    }

    /** The head's pattern, less that of the other model where there is one. */
    public HeadPattern pattern() {
      return difference == null ? (HeadPattern) head.finished().result() : difference;
    }

    /** Those of the head: its map, and of a short text its arcs. */
    public List<Figure> figures() {
      return difference == null ? head.figures() : difference.figures();
    }
  }

  private final ChosenModel model;
  private final InputFormViewModel input = new InputFormViewModel(Analysis.Input.REQUIRED);
  private final ParameterFormViewModel parameters =
      new ParameterFormViewModel(PatternAnalysis.Parameters.class);
  private final ObjectProperty<@Nullable LoadedModel> against = new SimpleObjectProperty<>();
  private final BooleanProperty logarithmic = new SimpleBooleanProperty(false);
  private final BooleanProperty firstHidden = new SimpleBooleanProperty(false);
  private final Runner<Answer> runner;
  private final BooleanBinding runnable;

  public AttentionViewModel(Services services) {
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    parameters.fill(Map.of("head", "L0H0"));
    input.textProperty().set(TEXTS.get("sample"));
    this.runnable =
        Bindings.isNotNull(model.modelProperty())
            .and(input.given())
            .and(parameters.validProperty());
  }

  @Override
  public ChosenModel model() {
    return model;
  }

  @Override
  public InputFormViewModel input() {
    return input;
  }

  public ParameterFormViewModel parameters() {
    return parameters;
  }

  /** Another model, on the same device, whose pattern is subtracted; null for none. */
  public ObjectProperty<@Nullable LoadedModel> againstProperty() {
    return against;
  }

  /** Whether colours follow the logarithm, so that weak attention is seen beside a sink. */
  public BooleanProperty logarithmicProperty() {
    return logarithmic;
  }

  /** Whether the first column, where the sink is, is greyed and the colours serve the rest. */
  public BooleanProperty firstHiddenProperty() {
    return firstHidden;
  }

  @Override
  public Runner<Answer> runner() {
    return runner;
  }

  @Override
  public BooleanBinding runnable() {
    return runnable;
  }

  @Override
  public List<Question> asked() {
    return List.of(head(), grid());
  }

  private Question head() {
    return new Question(new PatternAnalysis(), parameters.written(), input.choice());
  }

  /** The same tokens for all heads. */
  private Question grid() {
    Map<String, String> written = new LinkedHashMap<>(parameters.written());
    written.remove("head");
    written.computeIfPresent(
        "max-tokens",
        (name, tokens) -> Integer.toString(Math.min(GRID_TOKENS, Integer.parseInt(tokens))));
    written.put("thumbnail", Integer.toString(THUMBNAIL));
    return new Question(new GridAnalysis(), written, input.choice());
  }

  /** All heads, then the chosen one. */
  @Override
  public void run() {
    LoadedModel asked = model.get();
    if (asked != null && runnable.get()) {
      Question head = head();
      Question grid = grid();
      LoadedModel other = against.get();
      runner.run(
          asked,
          TEXTS.get("title"),
          progress -> {
            Outcome patterns = grid.askedOf(asked, progress.step(TEXTS.get("grid"), 0.6));
            return answer(patterns, head, asked, other, false, progress);
          });
    }
  }

  /** Only another head, on what the grid shows. */
  public void showHead(String name) {
    parameters.fill(Map.of("head", name));
    LoadedModel asked = model.get();
    Optional<Answer> before = runner.answer();
    if (asked == null || !runnable.get()) {
      return;
    }
    if (before.isEmpty() || before.get().grid().finished().model() != asked.opened()) {
      run();
      return;
    }
    Question head = head();
    LoadedModel other = against.get();
    Outcome grid = before.get().grid();
    runner.run(asked, name, progress -> answer(grid, head, asked, other, true, progress));
  }

  private static Answer answer(
      Outcome grid,
      Question head,
      LoadedModel asked,
      @Nullable LoadedModel other,
      boolean inPassing,
      Progress progress) {
    Outcome one = head.askedOf(asked, progress.step(TEXTS.get("head"), other == null ? 1 : 0.5));
    if (other == null) {
      return new Answer(grid, one, null, inPassing);
    }
    HeadPattern theirs =
        (HeadPattern) head.askedOf(other, progress.step(other.name(), 1)).finished().result();
    HeadPattern ours = (HeadPattern) one.finished().result();
    return new Answer(grid, one, ours.minus(theirs, other.name()), inPassing);
  }

  /** Of every head, the share of its attention beyond the first token, and between two texts. */
  DataTable table(PatternGrid grid) {
    double[][] distance = grid.distance();
    List<List<Object>> rows = new ArrayList<>();
    for (int layer = 0; layer < grid.surviving().length; layer++) {
      for (int head = 0; head < grid.surviving()[layer].length; head++) {
        List<Object> row = new ArrayList<>(List.of("L%dH%d".formatted(layer, head)));
        row.add(grid.surviving()[layer][head]);
        if (distance != null) {
          row.add(distance[layer][head]);
        }
        rows.add(row);
      }
    }
    List<String> columns =
        distance == null
            ? List.of("head", "beyond_first")
            : List.of("head", "beyond_first", "distance");
    return new DataTable("all-heads", columns, rows);
  }

  @Override
  public Optional<Outcome> inFront() {
    return runner.answer().map(Answer::head);
  }

  /** What opens the page again as it stands. */
  @Override
  public Map<String, Object> state() {
    return PageState.keep(model, input, Map.of("parameters", parameters));
  }

  /** Takes over what {@link #state} gave; a {@code head} alone is looked at at once. */
  public void restore(Map<String, Object> state) {
    PageState.restore(state, model, input, Map.of("parameters", parameters));
    if (state.get("head") instanceof String head) {
      parameters.fill(Map.of("head", head));
      run();
    }
  }

  @Override
  public void close() {
    runner.cancel();
    model.close();
  }
}
