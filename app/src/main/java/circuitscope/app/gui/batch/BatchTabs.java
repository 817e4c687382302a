package circuitscope.app.gui.batch;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.ResultView;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.session.job.run.CellEstimate;
import circuitscope.app.session.job.run.DryRun;
import circuitscope.probes.analysis.DataTable;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** The cells of a job, what they will take, and the result of one of them. */
final class BatchTabs extends TabPane {
  private static final double MB = 1e6;

  private final BatchViewModel model;
  private final Services services;
  private final CellTable cells;
  private final Tab cellsTab;
  private final Tab estimateTab = tab("estimate", note("estimate.none"));
  private final Tab cellTab = tab("cell", note("cell.none"));
  private final BooleanBinding openable;

  BatchTabs(BatchViewModel model, Services services) {
    this.model = model;
    this.services = services;
    this.cells = new CellTable(model.cells(), this::open);
    this.openable =
        Bindings.createBooleanBinding(
            () -> mayOpen(chosen()),
            cells.getSelectionModel().selectedIndexProperty(),
            model.cells());
    FlowPane buttons = new FlowPane(8, 4, button("show", "fth-bar-chart-2", this::open));
    buttons.getChildren().getFirst().disableProperty().bind(openable.not());
    for (Button button :
        List.of(
            button("report", "fth-globe", model::openReport),
            button("folder", "fth-folder", this::showFolder))) {
      button.disableProperty().bind(model.valid().not());
      buttons.getChildren().add(button);
    }
    buttons.getStyleClass().add("job-head");
    BorderPane pane = new BorderPane(cells);
    pane.setBottom(buttons);
    cellsTab = tab("cells", pane);
    setId("batch");
    getStyleClass().add("result");
    setTabClosingPolicy(TabClosingPolicy.UNAVAILABLE);
    getTabs().setAll(cellsTab, estimateTab, cellTab);
    model
        .runner()
        .running()
        .addListener(
            (property, old, now) -> {
              if (now) {
                getSelectionModel().select(cellsTab);
              }
            });
    model.estimate().stateProperty().addListener((property, old, now) -> showEstimate(now));
    model.opened().stateProperty().addListener((property, old, now) -> showCell(now));
  }

  private static Tab tab(String name, Node content) {
    Tab tab = new Tab(Words.TEXTS.get("tab." + name), content);
    tab.setId("tab-" + name);
    return tab;
  }

  private static Node note(String text) {
    Label label = new Label(Words.TEXTS.get(text));
    label.getStyleClass().add("hint");
    label.setWrapText(true);
    return label;
  }

  private static Button button(String name, String icon, Runnable run) {
    Button button = new Button(Words.TEXTS.get("cell-" + name), Icons.of(icon));
    button.setId("button-" + name);
    button.setMinWidth(USE_PREF_SIZE);
    button.setOnAction(event -> run.run());
    return button;
  }

  private @Nullable CellRow chosen() {
    int index = cells.getSelectionModel().getSelectedIndex();
    return index < 0 || index >= model.cells().size() ? null : model.cells().get(index);
  }

  private static boolean mayOpen(@Nullable CellRow row) {
    return row != null
        && (row.state().finished()
            || row.state() == CellRow.State.EARLIER
            || row.state() == CellRow.State.FAILED);
  }

  /** Whether the chosen cell has a result, or a failure to tell of. */
  BooleanBinding openable() {
    return openable;
  }

  /** Shows the chosen cell's result, or why it has none. */
  void open() {
    CellRow row = chosen();
    if (row == null || !mayOpen(row)) {
      return;
    }
    if (row.state() == CellRow.State.FAILED) {
      show(cellTab, new ProblemPane(row.failure(), services.clip()));
    } else {
      model.open(row);
    }
  }

  void showFolder() {
    model.showFolder(chosen());
  }

  /** Estimates, and shows it. */
  void dryRun() {
    getSelectionModel().select(estimateTab);
    model.dryRun();
  }

  private void show(Tab tab, Node content) {
    tab.setContent(content);
    getSelectionModel().select(tab);
  }

  private void showEstimate(RunState<DryRun> now) {
    switch (now) {
      case RunState.Shown<DryRun>(DryRun plan) -> show(estimateTab, estimate(plan));
      case RunState.Failed<DryRun>(var problem) ->
          show(estimateTab, new ProblemPane(problem, services.clip()));
      case RunState.Running<DryRun> running -> estimateTab.setContent(note("estimate.running"));
      case RunState.Idle<DryRun> idle -> estimateTab.setContent(note("estimate.none"));
    }
  }

  private static Node estimate(DryRun plan) {
    boolean gpu = plan.deviceBytes() != null;
    List<List<Object>> rows = new ArrayList<>();
    for (CellEstimate cell : plan.cells()) {
      List<Object> row = new ArrayList<>();
      row.add(cell.cell());
      row.add(cell.seconds() == null ? Double.NaN : cell.seconds());
      row.add(megabytes(cell.hostBytes()));
      if (gpu) {
        row.add(megabytes(cell.deviceBytes()));
      }
      row.add(megabytes(cell.diskBytes()));
      row.add(cell.basis());
      rows.add(row);
    }
    List<String> columns =
        new ArrayList<>(List.of("cell", "seconds", "memory_MB", "disk_MB", "from"));
    if (gpu) {
      columns.add(3, "GPU_MB");
    }
    BorderPane pane = new BorderPane(new TableNode(new DataTable("estimate", columns, rows)));
    Label sum =
        new Label(
            Words.TEXTS.get(
                "estimate.sum",
                plan.cells().size(),
                plan.seconds(),
                plan.unknown(),
                plan.folder()));
    sum.setId("estimate-sum");
    sum.setWrapText(true);
    sum.getStyleClass().addAll("note", "job-head");
    pane.setBottom(sum);
    return pane;
  }

  private static double megabytes(@Nullable Long bytes) {
    return bytes == null ? Double.NaN : bytes / MB;
  }

  private void showCell(RunState<StoredCell> now) {
    switch (now) {
      case RunState.Shown<StoredCell>(StoredCell cell) -> show(cellTab, cell(cell));
      case RunState.Failed<StoredCell>(var problem) ->
          show(cellTab, new ProblemPane(problem, services.clip()));
      default -> {}
    }
  }

  private Node cell(StoredCell cell) {
    ResultView parts = new ResultView(services);
    parts.setId("cell-parts");
    parts.show(cell.parts());
    Label label = new Label(cell.label());
    label.setId("cell-label");
    label.getStyleClass().addAll("section-title", "job-head");
    VBox.setVgrow(parts, Priority.ALWAYS);
    return new VBox(label, parts);
  }
}
