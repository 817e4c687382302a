package circuitscope.app.gui.shell;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Workspace;
import circuitscope.models.cache.EmbeddedModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** One window: its pages, and what can be done from its menus. */
public final class ShellViewModel {
  private final Workbench workbench;
  private final Services services;
  private final ObservableList<Page> pages = FXCollections.observableArrayList();
  private final List<Page> released = new ArrayList<>();
  private final ObjectProperty<@Nullable Page> current = new SimpleObjectProperty<>();
  private final Map<Page, PageType> types = new HashMap<>();

  public ShellViewModel(Workbench workbench, Services services) {
    this.workbench = workbench;
    this.services = services;
  }

  public Workbench workbench() {
    return workbench;
  }

  public Services services() {
    return services;
  }

  /** The open pages, in the order of their tabs. */
  public ObservableList<Page> pages() {
    return pages;
  }

  /** The page in front; null when none is open. */
  public ObjectProperty<@Nullable Page> currentProperty() {
    return current;
  }

  /** Opens a page and brings it to the front; a page that cannot be made is told, and no more. */
  public Optional<Page> open(PageType type, Map<String, Object> state) {
    try {
      Page page = type.open(services, state);
      types.put(page, type);
      pages.add(page);
      current.set(page);
      return Optional.of(page);
    } catch (RuntimeException | LinkageError e) {
      services.notices().failed(Problem.of(Texts.SHARED.get("problem.page", type.title()), e));
      return Optional.empty();
    }
  }

  /** Puts a page that is there already into a tab, or brings its tab to the front. */
  public void show(PageType type, Page page) {
    if (!pages.contains(page)) {
      types.put(page, type);
      pages.addFirst(page);
    }
    current.set(page);
  }

  /** Opens the page of that type. */
  public Optional<Page> open(String type) {
    return type(type).flatMap(found -> open(found, Map.of()));
  }

  /** The type of page of that id. */
  public Optional<PageType> type(String id) {
    return Stream.concat(workbench.pageTypes().stream(), PageTypes.ofThings().stream())
        .filter(type -> type.id().equals(id))
        .findFirst();
  }

  /** The type that a page was opened as. */
  public Optional<PageType> typeOf(Page page) {
    return Optional.ofNullable(types.get(page));
  }

  /** Closes a page, having asked if something would be lost; false when it stays open. */
  public boolean close(Page page) {
    Optional<String> loss = page.loss();
    if (loss.isPresent()
        && !services.notices().confirm(loss.get(), Texts.SHARED.get("loss.close"))) {
      return false;
    }
    pages.remove(page);
    types.remove(page);
    page.close();
    if (current.get() == page) {
      current.set(pages.isEmpty() ? null : pages.getLast());
    }
    return true;
  }

  /** Takes a page out without closing it, for a window of its own; it is still one of ours. */
  public void release(Page page) {
    pages.remove(page);
    released.add(page);
    if (current.get() == page) {
      current.set(pages.isEmpty() ? null : pages.getLast());
    }
  }

  /** Takes a page back from its own window, and brings it to the front. */
  public void takeBack(Page page) {
    released.remove(page);
    pages.add(page);
    current.set(page);
  }

  private List<Page> all() {
    return Stream.concat(pages.stream(), released.stream()).toList();
  }

  /** Whether the window may close: asks if jobs run or pages would lose something. */
  public boolean mayClose() {
    List<Job<?>> busy =
        workbench.jobs().all().stream().filter(job -> !job.state().ended()).toList();
    Optional<String> lost =
        busy.isEmpty()
            ? all().stream().map(Page::loss).flatMap(Optional::stream).findFirst()
            : Optional.of(Texts.SHARED.get("loss.jobs", busy.size(), busy.getFirst().title()));
    if (lost.isPresent()
        && !services.notices().confirm(lost.get(), Texts.SHARED.get("loss.quit"))) {
      return false;
    }
    return mayLeaveWorkspace();
  }

  /** Whether the workspace may be left: asks if edits of it, or its results, were not saved. */
  private boolean mayLeaveWorkspace() {
    boolean file = services.project().pathProperty().get() != null;
    int results = services.project().workspace().results().size();
    if (!services.project().changedProperty().get() || (!file && results == 0)) {
      return true;
    }
    return services
        .notices()
        .confirm(
            file ? Texts.SHARED.get("loss.workspace") : Texts.SHARED.get("loss.untitled", results),
            Texts.SHARED.get("loss.quit"));
  }

  /** Opens a model with the preferred device and dtype. */
  public Job<LoadedModel> openModel(String name) {
    Settings settings = services.settings();
    return openModel(
        new ModelChoice(
            name, null, settings.deviceProperty().get(), settings.dtypeProperty().get()));
  }

  /** Opens a model; what goes wrong is told. */
  public Job<LoadedModel> openModel(ModelChoice choice) {
    return services
        .models()
        .open(choice)
        .onDone(
            model -> {
              Settings.remember(services.settings().recentModels(), choice.model());
              new ProjectItems(services.project()).add(choice);
              services.notices().said(Texts.SHARED.get("said.opened", model.name()));
            })
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(
                        Problem.of(Texts.SHARED.get("problem.model", choice.model()), failure)));
  }

  /** Frees the model that was opened last. */
  public void unloadLast() {
    if (!services.models().open().isEmpty()) {
      services.models().unload(services.models().open().getLast());
    }
  }

  /** Whether a model of the project is open. */
  public boolean isOpen(Item.Model item) {
    return services.models().open().stream()
        .anyMatch(
            model ->
                Item.Model.of(item.id(), model.choice(), services.project().places()).equals(item));
  }

  /** Opens a model of the project. */
  public void open(Item.Model item) {
    try {
      openModel(item.choice(services.project().places()));
    } catch (IOException | RuntimeException e) {
      services.notices().failed(Problem.of(Texts.SHARED.get("problem.model", item.id()), e));
    }
  }

  /** Gives a prompt or text to the page in front. */
  public void use(Item item) {
    Page page = current.get();
    boolean taken = page != null && page.take(item, services.project());
    services.notices().said(Texts.SHARED.get(taken ? "said.used" : "said.not-used", item.id()));
  }

  /** Opens the page of a stored result, where there is one. */
  public void openResult(Item.Result item) {
    type("result")
        .ifPresentOrElse(
            type -> open(type, Map.of("result", item.id())),
            () -> services.notices().said(Texts.SHARED.get("said.not-used", item.id())));
  }

  /** Opens a workspace, its models and its pages. */
  public void openWorkspace(Path path) {
    if (path.toAbsolutePath().normalize().equals(services.project().pathProperty().get())) {
      services.notices().said(Texts.SHARED.get("said.open-already", path.getFileName()));
      return;
    }
    if (!mayLeaveWorkspace()) {
      return;
    }
    services
        .project()
        .open(
            path,
            file ->
                services
                    .notices()
                    .confirm(
                        Texts.SHARED.get("workspace.recover", file.getFileName()),
                        Texts.SHARED.get("workspace.recover.yes")))
        .onDone(opened -> opened(path))
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.open", path), failure)));
  }

  private void opened(Path path) {
    Settings.remember(services.settings().recentWorkspaces(), path.toAbsolutePath().toString());
    for (Page page : List.copyOf(pages)) {
      close(page);
    }
    openModels();
    for (Item.View view : services.project().workspace().views()) {
      Map<String, Object> state = new LinkedHashMap<>(view.layout());
      state.put("parameters", view.parameters());
      type(view.page()).ifPresent(type -> open(type, state));
    }
  }

  private void openModels() {
    services.project().workspace().models().stream()
        .filter(item -> !isOpen(item))
        .forEach(this::open);
  }

  /** Offers what an earlier session without a workspace's file did not save. */
  public void recoverUnsaved() {
    services
        .project()
        .recoverUnsaved(
            () ->
                services
                    .notices()
                    .confirm(
                        Texts.SHARED.get("unsaved.recover"),
                        Texts.SHARED.get("workspace.recover.yes")))
        .onDone(looked -> openModels())
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.unsaved"), failure)));
  }

  /** Notes the open pages in the workspace, as before it is saved. */
  public void keepPages() {
    List<Item.View> views = new ArrayList<>();
    for (Page page : all()) {
      String type = typeOf(page).map(PageType::id).orElse("");
      Map<String, Object> layout = new LinkedHashMap<>(page.state());
      Map<String, Object> parameters = new LinkedHashMap<>();
      if (layout.remove("parameters") instanceof Map<?, ?> written) {
        written.forEach((name, value) -> parameters.put(name.toString(), value));
      }
      views.add(
          new Item.View(
              "page-" + views.size(), type, null, null, null, null, parameters, layout, Map.of()));
    }
    services
        .project()
        .edit(
            Texts.SHARED.get("edit.pages"),
            workspace -> {
              Workspace next = workspace;
              for (Item.View view : workspace.views()) {
                next = next.without(view);
              }
              for (Item.View view : views) {
                next = next.with(view);
              }
              return next;
            });
  }

  /** Opens the checkpoint that ships with the product. */
  public Job<LoadedModel> openEmbedded() {
    return openModel("embedded:" + embedded());
  }

  private static String embedded() {
    try {
      return EmbeddedModels.list().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException("the embedded checkpoint cannot be read; build again", e);
    }
  }
}
