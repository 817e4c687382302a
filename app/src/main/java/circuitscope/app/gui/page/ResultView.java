package circuitscope.app.gui.page;

import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.Figure;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.scene.Node;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableColumn;
import javafx.scene.control.TableView;
import javafx.scene.control.TextArea;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** An outcome: its figures, tables, summary, protocol and JSON document, each in a tab. */
public final class ResultView extends TabPane {
  private final FigurePane figures;
  private final Tab figuresTab;
  private final Tab tablesTab;
  private final Tab summaryTab;
  private final Tab protocolTab;
  private final Tab documentTab;
  private @Nullable Tab ownTab;

  public ResultView(Services services) {
    setId("result");
    getStyleClass().add("result");
    setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
    figures = new FigurePane(services);
    figuresTab = tab("figures", figures);
    tablesTab = tab("tables", new VBox());
    summaryTab = tab("summary", new VBox());
    protocolTab = tab("protocol", new VBox());
    documentTab = tab("document", new VBox());
  }

  private static Tab tab(String name, Node content) {
    Tab tab = new Tab(Texts.SHARED.get("result." + name), content);
    tab.setId("tab-" + name);
    return tab;
  }

  /** Puts a page's own view of the outcomes before the others. */
  public void first(String title, Node content) {
    ownTab = new Tab(title, content);
    ownTab.setId("tab-own");
  }

  /** Shows an outcome, in the tab that was in front if it has something there. */
  public void show(Outcome outcome) {
    show(outcome.parts());
  }

  /** Shows a result, in the tab that was in front if it has something there. */
  public void show(Outcome.Parts parts) {
    Tab before = getSelectionModel().getSelectedItem();
    figures.show(parts.figures());
    tablesTab.setContent(tables(parts.tables()));
    summaryTab.setContent(text("summary", parts.summary()));
    protocolTab.setContent(protocol(parts.protocol()));
    documentTab.setContent(text("document", parts.document()));
    List<Tab> shown = new ArrayList<>();
    if (ownTab != null) {
      shown.add(ownTab);
    }
    if (!parts.figures().isEmpty()) {
      shown.add(figuresTab);
    }
    if (!parts.tables().isEmpty()) {
      shown.add(tablesTab);
    }
    if (!parts.summary().isEmpty()) {
      shown.add(summaryTab);
    }
    shown.addAll(List.of(protocolTab, documentTab));
    getTabs().setAll(shown);
    getSelectionModel()
        .select(before != null && shown.contains(before) ? before : shown.getFirst());
  }

  /** The figure in front; null where there is none. */
  public @Nullable Figure figure() {
    return figures.figure();
  }

  private static Node tables(List<DataTable> tables) {
    BorderPane pane = new BorderPane();
    pane.getStyleClass().add("tables");
    if (tables.size() > 1) {
      ComboBox<DataTable> chosen =
          Icons.named(new ComboBox<>(), "table", Texts.SHARED.get("result.tables"));
      chosen.setCellFactory(list -> new FigurePane.TitledCell<>(DataTable::name));
      chosen.setButtonCell(new FigurePane.TitledCell<>(DataTable::name));
      chosen.getItems().setAll(tables);
      chosen
          .valueProperty()
          .addListener((property, old, now) -> pane.setCenter(new TableNode(now)));
      chosen.getSelectionModel().selectFirst();
      pane.setTop(chosen);
    } else if (!tables.isEmpty()) {
      pane.setCenter(new TableNode(tables.getFirst()));
    }
    return pane;
  }

  private static Node text(String id, String content) {
    TextArea area = Icons.named(new TextArea(content), id, Texts.SHARED.get("result." + id));
    area.setEditable(false);
    area.getStyleClass().add("document");
    return area;
  }

  private static Node protocol(List<Outcome.Entry> entries) {
    TableView<Outcome.Entry> table =
        Icons.named(new TableView<>(), "protocol", Texts.SHARED.get("result.protocol"));
    table.getStyleClass().addAll("dense", "striped");
    table.setColumnResizePolicy(TableView.CONSTRAINED_RESIZE_POLICY_LAST_COLUMN);
    TableColumn<Outcome.Entry, String> name = new TableColumn<>(Texts.SHARED.get("protocol.name"));
    name.setCellValueFactory(row -> new ReadOnlyStringWrapper(row.getValue().name()));
    name.setPrefWidth(260);
    name.setMaxWidth(400);
    TableColumn<Outcome.Entry, String> value =
        new TableColumn<>(Texts.SHARED.get("protocol.value"));
    value.setCellValueFactory(row -> new ReadOnlyStringWrapper(row.getValue().value()));
    table.getColumns().add(name);
    table.getColumns().add(value);
    table.getItems().setAll(entries);
    return table;
  }
}
