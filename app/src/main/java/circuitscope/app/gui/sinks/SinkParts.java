package circuitscope.app.gui.sinks;

import circuitscope.app.gui.page.FigurePane;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TextArea;
import javafx.scene.layout.Priority;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** A tab for each part: its figures, which can be clicked, its table and its summary. */
final class SinkParts extends TabPane {
  private static final Texts TEXTS = SinksViewModel.TEXTS;

  private final SinksViewModel model;
  private final Services services;
  private final Map<Part, Pane> panes = new EnumMap<>(Part.class);

  SinkParts(SinksViewModel model, Services services) {
    this.model = model;
    this.services = services;
    setId("sink-parts");
    getStyleClass().add("result");
    setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
    for (Part part : Part.values()) {
      Pane pane = new Pane(part);
      panes.put(part, pane);
      Tab tab = new Tab(TEXTS.get(part.word()), pane.box);
      tab.setId("part-" + part.word());
      tab.setUserData(part);
      getTabs().add(tab);
    }
    getSelectionModel()
        .selectedItemProperty()
        .addListener((property, old, now) -> model.partProperty().set((Part) now.getUserData()));
    model.partProperty().subscribe(this::select);
    model
        .runner()
        .stateProperty()
        .addListener((property, old, now) -> panes.values().forEach(Pane::show));
    model.liveProperty().addListener((property, old, now) -> pane(Part.STREAMING).live(now));
  }

  private void select(Part part) {
    getTabs().stream()
        .filter(tab -> part.equals(tab.getUserData()))
        .findFirst()
        .ifPresent(getSelectionModel()::select);
  }

  private Pane pane(Part part) {
    return java.util.Objects.requireNonNull(panes.get(part));
  }

  /** The figure in front. */
  Optional<Figure> figure() {
    return Optional.ofNullable(pane(model.partProperty().get()).figures.figure());
  }

  /** One part. */
  private final class Pane {
    private final Part part;
    private final VBox box = new VBox();
    private final FigurePane figures = new FigurePane(services);
    private final StackPane answer = new StackPane();
    private final Label click = new Label();
    private @Nullable Outcome shown;

    Pane(Part part) {
      this.part = part;
      click.getStyleClass().addAll("note", "pane-note");
      click.setText(TEXTS.get(part.word() + ".click"));
      VBox.setVgrow(answer, Priority.ALWAYS);
      box.getChildren().setAll(answer);
      answer.getChildren().setAll(hint());
      figures.onPickProperty().set(pick -> pick.ifPresent(model::picked));
    }

    private Node hint() {
      Label hint = new Label(TEXTS.get(part.word() + ".hint"), Icons.of("fth-anchor"));
      hint.getStyleClass().add("hint");
      hint.setWrapText(true);
      hint.setMaxWidth(560);
      return hint;
    }

    void show() {
      var state = model.runner().state();
      if (state instanceof RunState.Failed<?>(var problem) && model.partProperty().get() == part) {
        shown = null;
        answer.getChildren().setAll(new ProblemPane(problem, services.clip()));
        return;
      }
      Outcome outcome = model.runner().answer().flatMap(answers -> answers.of(part)).orElse(null);
      if (outcome != null && !outcome.equals(shown)) {
        shown = outcome;
        figures.show(surfaceFirst(outcome.figures()));
        answer.getChildren().setAll(tabs(outcome));
      } else if (outcome == null && !state.running()) {
        answer.getChildren().setAll(hint());
      }
    }

    /** The surface can be clicked, and says most. */
    private static List<Figure> surfaceFirst(List<Figure> figures) {
      List<Figure> ordered = new ArrayList<>(figures);
      ordered.sort(Comparator.comparing(figure -> !figure.id().startsWith("sink-surface")));
      return ordered;
    }

    private TabPane tabs(Outcome outcome) {
      VBox pictures = new VBox(figures);
      if (!click.getText().isEmpty()) {
        pictures.getChildren().addFirst(click);
      }
      VBox.setVgrow(figures, Priority.ALWAYS);
      TabPane tabs = new TabPane(tab("figures", pictures));
      tabs.setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
      tabs.getStyleClass().add("dense");
      tabs.setSide(javafx.geometry.Side.BOTTOM);
      if (!outcome.tables().isEmpty()) {
        tabs.getTabs().add(tab("tables", new TableNode(outcome.tables().getFirst())));
      }
      TextArea summary =
          Icons.named(
              new TextArea(outcome.summary()),
              "summary-" + part.word(),
              Texts.SHARED.get("result.summary"));
      summary.setEditable(false);
      summary.getStyleClass().add("document");
      tabs.getTabs().add(tab("summary", summary));
      return tabs;
    }

    private static Tab tab(String name, Node content) {
      return new Tab(Texts.SHARED.get("result." + name), content);
    }

    /** Curves of a stream that is under way stand where its answer will. */
    void live(List<Figure> soFar) {
      if (!soFar.isEmpty()) {
        shown = null;
        figures.show(soFar);
        answer.getChildren().setAll(figures);
      } else {
        show();
      }
    }
  }
}
