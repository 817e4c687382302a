package circuitscope.app.gui.heads;

import circuitscope.app.gui.analysis.Answers;
import circuitscope.app.gui.heads.HeadsViewModel.Part;
import circuitscope.app.gui.page.FigurePane;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.heads.detect.HeadScores;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.control.TableColumn;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/** The scores of all heads: a table that sorts, and the plane and maps that can be clicked. */
final class ScoresView extends SplitPane {
  private static final Texts TEXTS = HeadsViewModel.TEXTS;

  private final HeadsViewModel model;
  private final FigurePane figures;
  private final VBox left = new VBox();
  private final HBox kinds;
  private @Nullable Outcome shown;
  private @Nullable TableNode table;
  private boolean following;

  ScoresView(HeadsViewModel model, Services services) {
    this.model = model;
    this.figures = new FigurePane(services);
    this.kinds = kinds();
    left.getStyleClass().add("pane");
    left.setMinWidth(250);
    figures.setMinWidth(250);
    figures
        .onPickProperty()
        .set(
            pick -> {
              model.frontProperty().set(Part.SCORES);
              pick.ifPresent(model::picked);
            });
    model.kindProperty().addListener(change -> fill());
    model.headProperty().addListener((property, old, now) -> select(now));
    getItems().setAll(left, figures);
    setDividerPositions(0.52);
    setMinHeight(200);
  }

  private HBox kinds() {
    ComboBox<HeadScores.Kind> box = Icons.named(new ComboBox<>(), "kind", TEXTS.get("kind"));
    box.getItems()
        .setAll(HeadScores.Kind.INDUCTION, HeadScores.Kind.PREVIOUS, HeadScores.Kind.DUPLICATE);
    box.setConverter(
        new StringConverter<>() {
          @Override
          public String toString(HeadScores.Kind kind) {
            return TEXTS.get("kind." + kind.name().toLowerCase(Locale.ROOT));
          }

          @Override
          public HeadScores.Kind fromString(String text) {
            throw new IllegalStateException("kinds are chosen, not typed");
          }
        });
    box.valueProperty().bindBidirectional(model.kindProperty());
    Label hint = new Label(TEXTS.get("click"));
    hint.getStyleClass().add("note");
    hint.setMinWidth(0);
    HBox row = new HBox(box, hint);
    row.getStyleClass().add("pane-row");
    return row;
  }

  void show(Answers<Part> answers) {
    Outcome scores = answers.of(Part.SCORES).orElse(null);
    if (scores != null && !scores.equals(shown)) {
      shown = scores;
      List<Figure> ordered = new ArrayList<>(scores.figures());
      ordered.sort(java.util.Comparator.comparing(figure -> !figure.id().equals("heads-plane")));
      figures.show(ordered);
      fill();
    }
  }

  private void fill() {
    if (shown == null) {
      return;
    }
    TableNode filled = new TableNode(model.table((HeadScores) shown.finished().result()));
    filled.getSelectionModel().setSelectionMode(javafx.scene.control.SelectionMode.SINGLE);
    TableColumn<List<Object>, ?> score = filled.getColumns().get(1);
    score.setSortType(TableColumn.SortType.DESCENDING);
    filled.getSortOrder().add(score);
    filled
        .getSelectionModel()
        .selectedItemProperty()
        .addListener(
            (property, old, row) -> {
              if (row != null && !following) {
                model.frontProperty().set(Part.SCORES);
                model.headProperty().set(row.getFirst().toString());
              }
            });
    VBox.setVgrow(filled, Priority.ALWAYS);
    left.getChildren().setAll(kinds, filled);
    table = filled;
    select(model.headProperty().get());
  }

  /** Follows a head that was chosen elsewhere. */
  private void select(String head) {
    TableNode rows = table;
    if (rows == null || head.isEmpty()) {
      return;
    }
    following = true;
    for (int i = 0; i < rows.getItems().size(); i++) {
      if (rows.getItems().get(i).getFirst().equals(head)
          && rows.getSelectionModel().getSelectedIndex() != i) {
        rows.getSelectionModel().clearAndSelect(i);
        rows.scrollTo(Math.max(0, i - 2));
      }
    }
    following = false;
  }

  Optional<Figure> figure() {
    return Optional.ofNullable(figures.figure());
  }
}
