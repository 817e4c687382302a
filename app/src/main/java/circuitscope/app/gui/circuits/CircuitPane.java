package circuitscope.app.gui.circuits;

import circuitscope.app.gui.circuits.CircuitViewModel.Judged;
import circuitscope.app.gui.circuits.CircuitViewModel.Shown;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Numbers;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.FigureScroll;
import java.util.Optional;
import javafx.scene.control.Label;
import javafx.scene.control.Slider;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** The circuit's graph under a slider; beside it faithfulness by size, and the subnetwork. */
final class CircuitPane extends BorderPane {
  private final Label standing = new Label();
  private final FigureScroll graph;
  private final FigureScroll curve;
  private final FigureScroll beside;
  private final VBox right;

  CircuitPane(CircuitViewModel model, Services services) {
    getStyleClass().add("figure-pane");
    graph = new FigureScroll("circuit-graph", services);
    curve = new FigureScroll("circuit-curve", services);
    beside = new FigureScroll("circuit-beside", services);
    Slider slider =
        Icons.named(new Slider(0, 1, 0), "threshold", Words.TEXTS.get("circuit.threshold"));
    slider.setBlockIncrement(0.02);
    slider.valueProperty().bindBidirectional(model.positionProperty());
    HBox.setHgrow(slider, Priority.ALWAYS);
    Label name = new Label(Words.TEXTS.get("circuit.threshold"));
    name.setLabelFor(slider);
    name.setMinWidth(USE_PREF_SIZE);
    HBox row = new HBox(name, slider);
    row.getStyleClass().add("form-row");
    standing.setId("circuit-standing");
    standing.getStyleClass().add("note");
    standing.setWrapText(true);
    standing.setMinHeight(USE_PREF_SIZE);
    VBox top = new VBox(row, standing);
    top.getStyleClass().add("form");
    setTop(top);
    curve.setPrefHeight(0); // both share the height evenly, however high their figures are
    beside.setPrefHeight(0);
    VBox.setVgrow(curve, Priority.ALWAYS);
    VBox.setVgrow(beside, Priority.ALWAYS);
    right = new VBox(curve);
    SplitPane split = new SplitPane(graph, right);
    split.setDividerPositions(0.58);
    setCenter(split);
    model.shownProperty().addListener((property, old, now) -> show(now));
  }

  private void show(Optional<Shown> now) {
    if (now.isEmpty()) {
      return;
    }
    Shown shown = now.get();
    graph.show(shown.graph());
    curve.show(shown.curve());
    beside.show(shown.beside());
    boolean compared = right.getChildren().contains(beside);
    if (shown.beside() != null && !compared) {
      right.getChildren().add(beside);
    } else if (shown.beside() == null && compared) {
      right.getChildren().remove(beside);
    }
    Judged nearest = shown.nearest();
    standing.setText(
        Words.TEXTS.get(
                "circuit.standing", Numbers.text(shown.threshold()), shown.edges(), shown.joined())
            + (nearest == null
                ? ""
                : Words.TEXTS.get(
                    "circuit.nearest", nearest.edges(), Numbers.text(nearest.faithfulness()))));
  }
}
