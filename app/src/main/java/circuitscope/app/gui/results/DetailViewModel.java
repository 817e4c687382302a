package circuitscope.app.gui.results;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import java.util.List;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import org.jspecify.annotations.Nullable;

/** What is shown of the chosen results: one, or the difference of two. */
public final class DetailViewModel {
  private final Services services;
  private final ReadOnlyObjectWrapper<Shown> shown =
      new ReadOnlyObjectWrapper<>(new Shown.Nothing());
  private List<String> wanted = List.of();
  private @Nullable Job<Shown> reading;

  DetailViewModel(Services services) {
    this.services = services;
  }

  public ReadOnlyObjectProperty<Shown> shownProperty() {
    return shown.getReadOnlyProperty();
  }

  public Shown shown() {
    return shown.get();
  }

  /** Shows one result, or two compared: the earlier is A. Other numbers of them show nothing. */
  void show(List<Row> rows) {
    wanted = rows.stream().map(Row::id).toList();
    if (reading != null) {
      reading.cancel();
    }
    switch (rows.size()) {
      case 1 -> read(rows.getFirst().name(), () -> StoredParts.one(rows.getFirst()));
      case 2 -> {
        boolean inOrder = rows.get(0).started().compareTo(rows.get(1).started()) <= 0;
        Row a = rows.get(inOrder ? 0 : 1);
        Row b = rows.get(inOrder ? 1 : 0);
        read(Words.TEXTS.get("job.compare"), () -> StoredParts.two(a, b));
      }
      default -> shown.set(new Shown.Nothing());
    }
  }

  @FunctionalInterface
  private interface Reading {
    Shown read() throws Exception;
  }

  private void read(String name, Reading work) {
    shown.set(new Shown.Reading());
    List<String> of = wanted;
    Job<Shown> job =
        services
            .jobs()
            .submit(Words.TEXTS.get("job.read", name), Jobs.FILES, progress -> work.read());
    reading = job;
    job.onDone(read -> set(of, read))
        .onFailed(
            failure ->
                set(
                    of,
                    new Shown.Failed(Problem.of(Words.TEXTS.get("problem.read", name), failure))));
  }

  /** What was read is shown unless something else was chosen meanwhile. */
  private void set(List<String> of, Shown read) {
    if (of.equals(wanted)) {
      shown.set(read);
    }
  }

  /** Takes over an edited name or note of what is shown. */
  void update(Row row) {
    if (shown() instanceof Shown.One(Row before, var parts, boolean changed)
        && before.id().equals(row.id())
        && !before.equals(row)) {
      shown.set(new Shown.One(row, parts, changed));
    }
  }

  /** Tells that something cannot be shown. */
  void fail(Problem problem) {
    shown.set(new Shown.Failed(problem));
  }
}
