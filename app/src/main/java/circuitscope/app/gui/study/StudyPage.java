package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.StudyViewModel.Chosen;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import circuitscope.app.session.workspace.Item;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ListCell;
import javafx.scene.control.ListView;
import javafx.scene.control.SplitPane;
import javafx.scene.input.DragEvent;
import javafx.scene.input.TransferMode;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/** A page of several questions: their list on the left, the one in front beside it. */
public final class StudyPage implements Page {
  private static final double LIST_WIDTH = 206;
  private static final double FORM_SHARE = 0.34;

  private final String title;
  private final StudyViewModel model;
  private final BorderPane view = new BorderPane();

  public StudyPage(
      String title, List<Entry> entries, Services services, Map<String, Object> state) {
    this.title = title;
    this.model = new StudyViewModel(entries, services, state);
    ListView<Entry> list = Icons.named(new ListView<>(), "questions", title);
    list.getItems().setAll(entries);
    list.setCellFactory(view -> new EntryCell());
    list.getSelectionModel().select(model.chosenProperty().get().entry());
    list.getSelectionModel()
        .selectedItemProperty()
        .addListener(
            (property, old, now) -> {
              if (now != null) {
                model.choose(now);
              }
            });
    VBox.setVgrow(list, Priority.ALWAYS);
    VBox side = new VBox(list);
    side.getStyleClass().add("study-side");
    side.setPrefWidth(LIST_WIDTH);
    side.setMinWidth(LIST_WIDTH);
    view.setLeft(side);
    view.setMinWidth(0);
    view.getStyleClass().add("study");
    view.setOnDragOver(this::draggedOver);
    view.setOnDragDropped(this::dropped);
    model
        .chosenProperty()
        .addListener(
            (property, old, now) -> {
              list.getSelectionModel().select(now.entry());
              show(now);
            });
    show(model.chosenProperty().get());
  }

  /** Beside the list of questions, a form needs a larger share of what is left. */
  public static void widen(PageFrame frame) {
    if (frame.getCenter() instanceof SplitPane split) {
      split.setDividerPositions(FORM_SHARE);
    }
  }

  private void show(Chosen chosen) {
    view.setCenter(chosen.question().view());
  }

  /** Masks are taken here; what is no mask goes on to the window. */
  private void draggedOver(DragEvent event) {
    if (MaskFiles.among(event.getDragboard().getFiles()).isPresent()) {
      event.acceptTransferModes(TransferMode.COPY);
      event.consume();
    }
  }

  private void dropped(DragEvent event) {
    boolean taken =
        MaskFiles.among(event.getDragboard().getFiles())
            .filter(file -> model.chosenProperty().get().question().takeMask(file))
            .isPresent();
    if (taken) {
      event.setDropCompleted(true);
      event.consume();
    }
  }

  public StudyViewModel model() {
    return model;
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(title);
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return model.chosenProperty().get().question().actions();
  }

  @Override
  public ObservableValue<?> front() {
    return model.chosenProperty();
  }

  @Override
  public Optional<String> loss() {
    return model.loss();
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  @Override
  public boolean take(Item item, Project project) {
    return model.chosenProperty().get().question().take(item, project);
  }

  @Override
  public void close() {
    model.close();
  }

  /** A question's title, and its note below. */
  private static final class EntryCell extends ListCell<Entry> {
    private final Label name = new Label();
    private final Label note = new Label();
    private final VBox both = new VBox(name, note);

    EntryCell() {
      setPrefWidth(0); // as wide as the list, and no wider
      note.getStyleClass().add("note");
      both.setAlignment(Pos.CENTER_LEFT);
    }

    @Override
    protected void updateItem(Entry entry, boolean empty) {
      super.updateItem(entry, empty);
      if (empty || entry == null) {
        setGraphic(null);
        setAccessibleText(null);
        setTooltip(null);
        setId(null);
        return;
      }
      name.setText(entry.title());
      note.setText(entry.note());
      note.setManaged(!entry.note().isEmpty());
      note.setVisible(!entry.note().isEmpty());
      setGraphic(both);
      setId("question-" + entry.id());
      setTooltip(Icons.tooltip(entry.title() + "\n" + entry.note()));
      setAccessibleText(entry.title() + (entry.note().isEmpty() ? "" : ", " + entry.note()));
    }
  }
}
