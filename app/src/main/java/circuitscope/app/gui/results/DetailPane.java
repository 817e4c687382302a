package circuitscope.app.gui.results;

import circuitscope.app.gui.page.FigureExportDialog;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.ResultView;
import circuitscope.app.gui.page.Services;
import circuitscope.viz.figure.Figure;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;

/** A stored result with its name and note, two of them compared, or why neither can be shown. */
final class DetailPane extends StackPane {
  private final Services services;
  private final ResultCommands commands;
  private final DetailViewModel model;
  private final NotesHeader header;
  private final ResultView result;
  private final Label heading = Icons.named(new Label(), "compared", "");
  private final BorderPane page = new BorderPane();

  DetailPane(DetailViewModel model, ResultCommands commands, Services services) {
    this.model = model;
    this.commands = commands;
    this.services = services;
    this.header = new NotesHeader(commands);
    this.result = new ResultView(services);
    getStyleClass().add("page-content");
    heading.setWrapText(true);
    heading.setMinHeight(Region.USE_PREF_SIZE);
    heading.getStyleClass().add("result-heading");
    model.shownProperty().addListener((property, old, now) -> show(old, now));
    show(new Shown.Nothing(), model.shown());
  }

  private void show(Shown old, Shown now) {
    switch (now) {
      case Shown.Reading reading -> {
        if (!getChildren().contains(page)) {
          getChildren().setAll(hint("reading"));
        }
      }
      case Shown.Nothing nothing -> getChildren().setAll(hint("hint"));
      case Shown.Failed(var problem) ->
          getChildren().setAll(new ProblemPane(problem, services.clip()));
      case Shown.One(Row row, Outcome.Parts parts, boolean changed) -> {
        header.show(row, changed);
        if (!(old instanceof Shown.One)) { // else the same after an edit
          shown(header, parts);
        }
      }
      case Shown.Compared(Row a, Row b, var comparison, Outcome.Parts parts) -> {
        heading.setText(Words.TEXTS.get("compared", described(a), described(b)));
        shown(heading, parts);
      }
      case Shown.Beside beside -> beside(beside);
    }
  }

  private void shown(Node above, Outcome.Parts parts) {
    result.show(parts);
    page.setTop(above);
    page.setCenter(result);
    getChildren().setAll(page);
  }

  private void beside(Shown.Beside beside) {
    heading.setText(
        Words.TEXTS.get("beside", beside.reason(), described(beside.a()), described(beside.b())));
    SplitPane both = new SplitPane(side("result-a", beside.ofA()), side("result-b", beside.ofB()));
    page.setTop(heading);
    page.setCenter(both);
    getChildren().setAll(page);
  }

  private ResultView side(String id, Outcome.Parts parts) {
    ResultView view = new ResultView(services);
    view.setId(id);
    view.show(parts);
    return view;
  }

  private static String described(Row row) {
    String read = row.text().isEmpty() ? "" : " · " + row.text();
    return "%s · %s%s · %s".formatted(row.name(), row.model(), read, row.when());
  }

  private static Node hint(String text) {
    Label label = new Label(Words.TEXTS.get(text), Icons.of("fth-archive"));
    label.getStyleClass().add("hint");
    label.setWrapText(true);
    VBox box = new VBox(label);
    box.getStyleClass().add("result-hint");
    return box;
  }

  void editNote() {
    header.editNote();
  }

  /** Asks how the figure in front is wanted, and writes it. */
  void exportFigure() {
    Figure figure = result.figure();
    if (figure != null && getChildren().contains(page)) {
      FigureExportDialog.ask(figure, getScene().getWindow())
          .ifPresent(export -> commands.exportFigure(model.shown(), export));
    }
  }
}
