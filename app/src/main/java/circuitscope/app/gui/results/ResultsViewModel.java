package circuitscope.app.gui.results;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ChangeListener;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import javafx.collections.transformation.FilteredList;

/** Every run of the workspace, newest first, and which of them are chosen. */
public final class ResultsViewModel {
  private final Services services;
  private final DetailViewModel detail;
  private final ResultCommands commands;
  private final ObservableList<Row> rows = FXCollections.observableArrayList();
  private final FilteredList<Row> filtered = new FilteredList<>(rows);
  private final StringProperty filter = new SimpleStringProperty("");
  private final ReadOnlyObjectWrapper<List<String>> chosen = new ReadOnlyObjectWrapper<>(List.of());
  private final ReadOnlyBooleanWrapper reading = new ReadOnlyBooleanWrapper();
  private final Map<Path, Row> read = new HashMap<>();
  private final ChangeListener<Workspace> listener = (property, old, now) -> changed(old, now);
  private List<String> restored = List.of();
  private boolean filling;

  public ResultsViewModel(Services services) {
    this.services = services;
    this.detail = new DetailViewModel(services);
    this.commands = new ResultCommands(services);
    filter.addListener(change -> filtered.setPredicate(row -> row.matches(filter.get())));
    services.project().workspaceProperty().addListener(listener);
    refresh();
  }

  public DetailViewModel detail() {
    return detail;
  }

  public ResultCommands commands() {
    return commands;
  }

  public Services services() {
    return services;
  }

  /** Those that the filter lets through, newest first. */
  public ObservableList<Row> rows() {
    return filtered;
  }

  /** Words that must all be found in a row. */
  public StringProperty filterProperty() {
    return filter;
  }

  /** Ids of the chosen rows. */
  public ReadOnlyObjectProperty<List<String>> chosenProperty() {
    return chosen.getReadOnlyProperty();
  }

  /** Whether manifests are being read. */
  public ReadOnlyBooleanProperty readingProperty() {
    return reading.getReadOnlyProperty();
  }

  /** The chosen rows, in the order of the table's source. */
  public List<Row> chosen() {
    return rows.stream().filter(row -> chosen.get().contains(row.id())).toList();
  }

  private void changed(Workspace old, Workspace now) {
    if (!old.results().equals(now.results())) {
      refresh();
    }
  }

  /** Reads the manifests that were not read yet, beside the window. */
  private void refresh() {
    Project project = services.project();
    Places places = project.places();
    List<Item.Result> items = project.workspace().results();
    List<Item.Result> unread =
        items.stream().filter(item -> !read.containsKey(places.resolve(item.folder()))).toList();
    if (unread.isEmpty()) {
      fill();
      return;
    }
    reading.set(true);
    services
        .jobs()
        .submit(
            Words.TEXTS.get("job.list"),
            Jobs.FILES,
            progress ->
                unread.stream()
                    .map(item -> Row.read(item, places, services.analyses().get()))
                    .toList())
        .onEnd(end -> reading.set(false))
        .onDone(
            found -> {
              found.forEach(row -> read.put(row.folder(), row));
              fill();
            });
  }

  private void fill() {
    Project project = services.project();
    List<Row> all = new ArrayList<>();
    for (Item.Result item : project.workspace().results()) {
      Row known = read.get(project.places().resolve(item.folder()));
      if (known != null) {
        all.addFirst(known.of(item));
      }
    }
    all.sort(Comparator.comparing(Row::started).reversed());
    filling = true;
    rows.setAll(all);
    filling = false;
    List<String> wanted = restored.isEmpty() ? chosen.get() : restored;
    restored = List.of();
    List<String> left =
        wanted.stream().filter(id -> all.stream().anyMatch(row -> row.id().equals(id))).toList();
    choose(left);
    all.forEach(detail::update);
  }

  /** Chooses rows; what the table tells while its rows are replaced does not count. */
  public void choose(List<String> ids) {
    if (!filling && !ids.equals(chosen.get())) {
      chosen.set(List.copyOf(ids));
      detail.show(chosen());
    }
  }

  /** The run of the same analysis before the one that is chosen. */
  Optional<Row> before() {
    List<Row> now = chosen();
    if (now.size() != 1) {
      return Optional.empty();
    }
    Row one = now.getFirst();
    return rows.stream()
        .skip(rows.indexOf(one) + 1L)
        .filter(row -> row.item().analysis().equals(one.item().analysis()))
        .findFirst();
  }

  /** Chooses the run before beside the one that is chosen, which compares the two. */
  public void compareWithBefore() {
    before()
        .ifPresentOrElse(
            row -> {
              List<String> both = new ArrayList<>(chosen.get());
              both.add(row.id());
              choose(both);
            },
            () -> services.notices().said(Words.TEXTS.get("said.none-before")));
  }

  /** Deletes the chosen ones; see {@link ResultCommands#delete}. */
  public void deleteChosen() {
    List<Row> gone = chosen();
    commands.delete(gone);
    gone.forEach(row -> read.remove(row.folder())); // undone, it is read again
  }

  /** What opens the page again as it is. */
  public Map<String, Object> state() {
    return Map.of("filter", filter.get(), "chosen", chosen.get());
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    if (state.get("filter") instanceof String text) {
      filter.set(text);
    }
    if (state.get("chosen") instanceof List<?> ids) {
      restored = ids.stream().map(Object::toString).toList();
      if (!reading.get()) {
        fill();
      }
    }
  }

  public void close() {
    services.project().workspaceProperty().removeListener(listener);
  }
}
