package circuitscope.app.gui.heads;

import circuitscope.app.gui.analysis.Answers;
import circuitscope.app.gui.heads.HeadsViewModel.Part;
import circuitscope.app.gui.page.FigurePane;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.heads.causal.AblateHeadsResult;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.geometry.Orientation;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** Scores above the chosen head's effect; n-gram heads; composition: a tab each. */
final class PartsView extends TabPane {
  private static final Texts TEXTS = HeadsViewModel.TEXTS;

  /** One part: a line with its button, and below it the hint or the answer. */
  private static final class Pane {
    private final VBox box = new VBox();
    private final Label hint = new Label();
    private final FigurePane figures;
    private @Nullable Outcome shown;

    Pane(Node line, String hint, Services services) {
      this.figures = new FigurePane(services);
      this.hint.setText(hint);
      this.hint.getStyleClass().add("hint");
      this.hint.setWrapText(true);
      box.getStyleClass().add("pane");
      box.getChildren().setAll(line, this.hint);
    }

    void show(@Nullable Outcome outcome, @Nullable DataTable beside) {
      if (Objects.equals(outcome, shown)) {
        return;
      }
      shown = outcome;
      if (outcome == null) {
        box.getChildren().set(1, hint);
        return;
      }
      List<Figure> ordered = new ArrayList<>(outcome.figures());
      ordered.sort(Comparator.comparing(figure -> !figure.id().equals("composition-graph")));
      figures.show(ordered);
      Node answer = figures;
      if (beside != null) {
        TableNode table = new TableNode(beside);
        SplitPane both = new SplitPane(table, figures);
        both.setDividerPositions(0.54);
        answer = both;
      }
      VBox.setVgrow(answer, Priority.ALWAYS);
      box.getChildren().set(1, answer);
    }
  }

  private final HeadsViewModel model;
  private final Map<Part, Pane> panes = new EnumMap<>(Part.class);

  PartsView(HeadsViewModel model, ScoresView scores, Services services) {
    this.model = model;
    setId("parts");
    getStyleClass().addAll("result", "floating");
    setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
    Label head = new Label();
    head.setId("chosen-head");
    head.getStyleClass().add("pane-title");
    head.textProperty()
        .bind(
            Bindings.createStringBinding(
                () ->
                    model.headProperty().get().isEmpty()
                        ? TEXTS.get("head.none")
                        : model.headProperty().get(),
                model.headProperty()));
    Button attention = button("show-attention", "fth-grid", model::showAttention);
    attention.disableProperty().bind(Bindings.isEmpty(model.headProperty()));
    Button ablate = button("ablate", "fth-scissors", model::ablate);
    ablate.disableProperty().bind(model.ablatable().not());
    Pane effect = new Pane(line(head, attention, ablate), TEXTS.get("effect.hint"), services);
    panes.put(Part.EFFECT, effect);
    effect.box.setMinHeight(110);
    SplitPane both = new SplitPane(scores, effect.box);
    both.setOrientation(Orientation.VERTICAL);
    both.setDividerPositions(0.62);
    add(Part.SCORES, both);
    add(
        Part.SPECTRUM,
        new Pane(
            line(asks("spectrum", "fth-bar-chart", model.free(), model::spectrum)),
            TEXTS.get("spectrum.hint"),
            services));
    add(
        Part.COMPOSITION,
        new Pane(
            line(asks("compose", "fth-share-2", model.free(), model::compose)),
            TEXTS.get("composition.hint"),
            services));
    getSelectionModel()
        .selectedItemProperty()
        .addListener((property, old, now) -> model.frontProperty().set(part(now)));
  }

  private static Button asks(String id, String icon, BooleanBinding free, Runnable run) {
    Button button = button(id, icon, run);
    button.disableProperty().bind(free.not());
    return button;
  }

  private static Button button(String id, String icon, Runnable run) {
    Button button = new Button(TEXTS.get("do." + id), Icons.of(icon));
    button.setId(id);
    button.setTooltip(Icons.tooltip(TEXTS.get("do." + id + ".help")));
    button.setMinWidth(Region.USE_PREF_SIZE);
    button.setOnAction(event -> run.run());
    return button;
  }

  private static HBox line(Node... nodes) {
    HBox line = new HBox(nodes);
    line.getStyleClass().add("pane-row");
    return line;
  }

  private void add(Part part, Pane pane) {
    panes.put(part, pane);
    pane.figures.onPickProperty().set(pick -> pick.ifPresent(model::picked));
    add(part, pane.box);
  }

  private void add(Part part, Node content) {
    String name = part.name().toLowerCase(Locale.ROOT);
    Tab tab = new Tab(TEXTS.get(name), content);
    tab.setId("part-" + name);
    getTabs().add(tab);
  }

  private static Part part(Tab tab) {
    return Part.valueOf(String.valueOf(tab.getId()).substring(5).toUpperCase(Locale.ROOT));
  }

  void show(Answers<Part> answers) {
    for (Part part : List.of(Part.EFFECT, Part.SPECTRUM, Part.COMPOSITION)) {
      Pane pane = panes.get(part);
      Outcome outcome = answers.of(part).orElse(null);
      if (pane != null) {
        boolean anew = outcome != null && !outcome.equals(pane.shown);
        DataTable beside =
            answers
                .result(part, Result.class)
                .filter(AblateHeadsResult.class::isInstance)
                .map(result -> model.table((AblateHeadsResult) result))
                .orElse(null);
        pane.show(outcome, beside);
        if (anew) {
          model.frontProperty().set(part);
        }
      }
    }
  }

  /** The figure of the part in front; empty for the scores. */
  Optional<Figure> figure() {
    Pane pane = panes.get(model.frontProperty().get());
    return Optional.ofNullable(pane == null || pane.shown == null ? null : pane.figures.figure());
  }
}
