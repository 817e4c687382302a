package circuitscope.app.gui.page;

import circuitscope.viz.figure.Figure;
import circuitscope.viz.fx.FigureView;
import circuitscope.viz.layout.Pick;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ObjectProperty;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The figures of a result, one at a time, with its caption. */
public final class FigurePane extends VBox {
  private static final double WIDEST = 1100;

  private final FigureView view = new FigureView();
  private final Label caption = new Label();
  private final ComboBox<Figure> chosen =
      Icons.named(new ComboBox<>(), "figure", Texts.SHARED.get("figure"));

  public FigurePane(Services services) {
    setId("figures");
    getStyleClass().add("figure-pane");
    view.setId("figure-view");
    view.setMaxWidth(WIDEST);
    PreferredColours.follow(view, services);
    view.accessibleTextProperty().bind(caption.textProperty());
    VBox centred = new VBox(view, caption);
    centred.getStyleClass().add("figure-sheet");
    ScrollPane scroll = new ScrollPane(centred);
    scroll.setFitToWidth(true);
    VBox.setVgrow(scroll, Priority.ALWAYS);
    caption.setMaxWidth(WIDEST);
    caption.setId("caption");
    caption.setWrapText(true);
    caption.setMinHeight(USE_PREF_SIZE);
    caption.getStyleClass().add("note");
    chosen.setCellFactory(list -> new TitledCell<>(Figure::title));
    chosen.setButtonCell(new TitledCell<>(Figure::title));
    chosen.valueProperty().addListener((property, old, now) -> show(now));
    getChildren().setAll(chosen, scroll);
  }

  /** Shows the first of these, and offers the others. */
  public void show(List<Figure> figures) {
    int index = Math.max(0, chosen.getSelectionModel().getSelectedIndex());
    chosen.getItems().setAll(figures);
    chosen.getSelectionModel().select(Math.min(index, figures.size() - 1));
    chosen.setVisible(figures.size() > 1);
    chosen.setManaged(figures.size() > 1);
  }

  private void show(@Nullable Figure figure) {
    view.figureProperty().set(figure);
    caption.setText(figure == null ? "" : figure.caption());
  }

  /** Told what was clicked in the figure. */
  public ObjectProperty<Consumer<Optional<Pick>>> onPickProperty() {
    return view.onPickProperty();
  }

  /** The figure in front; null where there is none. */
  public @Nullable Figure figure() {
    return chosen.getValue();
  }

  /** An item by one of its texts. */
  static final class TitledCell<T> extends ListCell<T> {
    private final Function<T, String> title;

    TitledCell(Function<T, String> title) {
      this.title = title;
    }

    @Override
    protected void updateItem(T item, boolean empty) {
      super.updateItem(item, empty);
      setText(empty || item == null ? null : title.apply(item));
    }
  }
}
