package circuitscope.app.gui.shell;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.Observable;
import javafx.scene.control.TreeItem;
import javafx.scene.control.TreeView;
import javafx.scene.input.KeyCode;
import javafx.scene.layout.Priority;
import javafx.scene.layout.VBox;

/**
 * The project: models, prompts, texts, masks and results, with what can be done to each. Empty
 * until {@link #open}.
 */
final class SideBar extends VBox {
  private final ShellViewModel shell;
  private final ShellActions actions;
  private final ProjectItems items;
  private final TreeItem<SideEntry> root = new TreeItem<>();
  private final TreeView<SideEntry> tree =
      Icons.named(new TreeView<>(root), "project", Texts.SHARED.get("side"));

  SideBar(ShellViewModel shell, ShellActions actions) {
    this.shell = shell;
    this.actions = actions;
    this.items = new ProjectItems(shell.services().project());
    setId("side-bar");
    getStyleClass().add("side-bar");
  }

  /** Lists the project and follows it; the first frame does not wait for that. */
  void open() {
    tree.setShowRoot(false);
    tree.setCellFactory(view -> new SideCell());
    tree.setOnKeyPressed(
        event -> {
          if (event.getCode() == KeyCode.ENTER) {
            chosen().flatMap(SideEntry::opens).ifPresent(Runnable::run);
          } else if (event.getCode() == KeyCode.DELETE) {
            chosen().flatMap(SideEntry::removes).ifPresent(Runnable::run);
          }
        });
    tree.setOnMouseClicked(
        event -> {
          if (event.getClickCount() == 2) {
            chosen().flatMap(SideEntry::opens).ifPresent(Runnable::run);
          }
        });
    VBox.setVgrow(tree, Priority.ALWAYS);
    getChildren().setAll(tree);
    shell.services().models().open().addListener((Observable change) -> fill());
    shell.services().project().workspaceProperty().addListener((Observable change) -> fill());
    fill();
  }

  private Optional<SideEntry> chosen() {
    return Optional.ofNullable(tree.getSelectionModel().getSelectedItem()).map(TreeItem::getValue);
  }

  private void fill() {
    Workspace workspace = shell.services().project().workspace();
    Map<Boolean, List<Item.Text>> texts =
        workspace.texts().stream()
            .collect(java.util.stream.Collectors.partitioningBy(text -> text.text() != null));
    section(0, "models", "fth-box", actions::openModel, models(workspace));
    section(
        1,
        "prompts",
        "fth-message-square",
        actions::addPrompt,
        texts.getOrDefault(true, List.of()).stream().map(this::used).toList());
    section(
        2,
        "texts",
        "fth-file-text",
        actions::addTexts,
        texts.getOrDefault(false, List.of()).stream().map(this::used).toList());
    section(
        3,
        "masks",
        "fth-layers",
        actions::addMasks,
        workspace.masks().stream().map(this::mask).toList());
    section(
        4,
        "results",
        "fth-archive",
        actions::addResult,
        workspace.results().reversed().stream().map(this::result).toList());
  }

  private void section(int at, String id, String icon, Runnable add, List<SideEntry> entries) {
    if (root.getChildren().size() <= at) {
      SideEntry head =
          new SideEntry("side-" + id, Texts.SHARED.get("side." + id), "", icon, false)
              .adding(add)
              .opening(add);
      TreeItem<SideEntry> item = new TreeItem<>(head);
      item.setExpanded(true);
      root.getChildren().add(item);
    }
    List<TreeItem<SideEntry>> children = new ArrayList<>();
    entries.forEach(entry -> children.add(new TreeItem<>(entry)));
    root.getChildren().get(at).getChildren().setAll(children);
  }

  /** Those that are open, then those of the project that are not. */
  private List<SideEntry> models(Workspace workspace) {
    List<SideEntry> entries = new ArrayList<>();
    for (LoadedModel model : shell.services().models().open()) {
      entries.add(
          new SideEntry("model-" + model.number(), model.name(), model.facts(), "fth-check", false)
              .removing("side.unload", () -> shell.services().models().unload(model)));
    }
    for (Item.Model item : workspace.models()) {
      if (!shell.isOpen(item)) {
        entries.add(
            new SideEntry(
                    "model-" + item.id(), item.id(), Texts.SHARED.get("side.not-open"), "", true)
                .opening(() -> shell.open(item))
                .removing("side.remove", () -> items.remove(item)));
      }
    }
    return entries;
  }

  private SideEntry used(Item.Text item) {
    return new SideEntry("text-" + item.id(), item.id(), "", "", false)
        .opening(() -> shell.use(item))
        .removing("side.remove", () -> items.remove(item));
  }

  private SideEntry mask(Item.Mask item) {
    return new SideEntry("mask-" + item.id(), item.id(), "", "", false)
        .opening(() -> actions.openMasked(item))
        .removing("side.remove", () -> items.remove(item));
  }

  private SideEntry result(Item.Result item) {
    String name = item.name() == null ? item.id() : item.name();
    return new SideEntry("result-" + item.id(), name, item.analysis(), "", false)
        .opening(() -> shell.openResult(item))
        .removing("side.remove", () -> items.remove(item));
  }
}
