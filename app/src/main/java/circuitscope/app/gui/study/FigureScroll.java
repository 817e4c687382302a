package circuitscope.app.gui.study;

import circuitscope.app.gui.page.PreferredColours;
import circuitscope.app.gui.page.Services;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.fx.FigureView;
import javafx.scene.control.ScrollPane;
import org.jspecify.annotations.Nullable;

/** A figure as wide as its place, scrolled where it is higher. */
public final class FigureScroll extends ScrollPane {
  private final FigureView view = new FigureView();

  public FigureScroll(String id, Services services) {
    view.setId(id);
    PreferredColours.follow(view, services);
    setContent(view);
    setFitToWidth(true);
    setMinSize(0, 0);
    getStyleClass().add("figure-scroll");
  }

  /** Shows a figure; null for none. */
  public void show(@Nullable Figure figure) {
    view.figureProperty().set(figure);
    view.setAccessibleText(figure == null ? "" : figure.title() + ". " + figure.caption());
  }

  public FigureView view() {
    return view;
  }
}
