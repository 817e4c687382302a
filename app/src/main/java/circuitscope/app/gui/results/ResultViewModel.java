package circuitscope.app.gui.results;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.Workspace;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.value.ChangeListener;
import org.jspecify.annotations.Nullable;

/** One stored result of the workspace, followed by its id. */
public final class ResultViewModel {
  private final Services services;
  private final String id;
  private final DetailViewModel detail;
  private final ResultCommands commands;
  private final ReadOnlyObjectWrapper<@Nullable Row> row = new ReadOnlyObjectWrapper<>();
  private final ChangeListener<Workspace> listener = (property, old, now) -> follow(now);

  ResultViewModel(Services services, String id) {
    this.services = services;
    this.id = id;
    this.detail = new DetailViewModel(services);
    this.commands = new ResultCommands(services);
    services.project().workspaceProperty().addListener(listener);
    read();
  }

  private void read() {
    Project project = services.project();
    Places places = project.places();
    Optional<Item.Result> item = project.workspace().find(Item.Result.class, id);
    if (item.isEmpty()) {
      gone();
      return;
    }
    services
        .jobs()
        .submit(
            Words.TEXTS.get("job.read", id),
            Jobs.FILES,
            progress -> Row.read(item.get(), places, services.analyses().get()))
        .onDone(
            read -> {
              row.set(read);
              detail.show(List.of(read));
            });
  }

  private void gone() {
    row.set(null);
    detail.fail(
        Problem.of(
            Words.TEXTS.get("problem.read", id),
            new IllegalArgumentException(Words.TEXTS.get("problem.not-there", id))));
  }

  private void follow(Workspace now) {
    Optional<Item.Result> item = now.find(Item.Result.class, id);
    Row known = row.get();
    if (known == null) {
      item.ifPresent(back -> read());
    } else if (item.isEmpty()) {
      gone();
    } else if (!item.get().equals(known.item())) {
      row.set(known.of(item.get()));
      detail.update(known.of(item.get()));
    }
  }

  public String id() {
    return id;
  }

  public DetailViewModel detail() {
    return detail;
  }

  ResultCommands commands() {
    return commands;
  }

  /** Null while it is being read, and where the workspace has no such result. */
  public ReadOnlyObjectProperty<@Nullable Row> rowProperty() {
    return row.getReadOnlyProperty();
  }

  public void close() {
    services.project().workspaceProperty().removeListener(listener);
  }
}
