package circuitscope.app.gui.page;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.stored.KeptRun;
import circuitscope.app.session.workspace.Item;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stores every run that a page finishes and adds it to the project's results. Where settings name
 * no folder for data, as in some tests, and the workspace has no file, nothing is stored.
 */
public final class KeptRuns {
  /** Large results take a second to write; no other file waits for that. */
  private static final String QUEUE = "results";

  private final Services services;

  public KeptRuns(Services services) {
    this.services = services;
  }

  /** Stores what is new in an answer. */
  public void keep(Object answer, @Nullable Object before) {
    Set<AnalysisRun.Finished<?, ?>> known = Collections.newSetFromMap(new IdentityHashMap<>());
    if (before instanceof Answered shown) {
      known.addAll(shown.runs());
    }
    if (answer instanceof Answered answered) {
      for (AnalysisRun.Finished<?, ?> run : answered.runs()) {
        if (!known.contains(run)) {
          place().ifPresent(results -> keep(run, results));
        }
      }
    }
  }

  /** Where results are stored: beside the workspace's file, else among the user's data. */
  private Optional<Path> place() {
    Path file = services.project().pathProperty().get();
    return file == null
        ? services.settings().data().map(data -> data.resolve("results"))
        : Optional.of(Project.resultsOf(file));
  }

  /**
   * The digest of the weights is taken in the device's queue, before the model can be unloaded; the
   * model keeps it.
   */
  private void keep(AnalysisRun.Finished<?, ?> run, Path results) {
    String title = Texts.SHARED.get("job.keep", run.run().analysis().title());
    services
        .jobs()
        .submit(title, run.model().model().device().toString(), progress -> run.manifest())
        .onFailed(failure -> failed(title, failure))
        .onDone(
            manifest ->
                services
                    .jobs()
                    .submit(title, QUEUE, progress -> KeptRun.write(run, results))
                    .onDone(this::add)
                    .onFailed(failure -> failed(title, failure)));
  }

  private void failed(String title, Throwable failure) {
    services.notices().failed(Problem.of(Texts.SHARED.get("problem.run", title), failure));
  }

  private void add(KeptRun kept) {
    Project project = services.project();
    project.edit(
        Texts.SHARED.get("edit.add-result"),
        workspace ->
            workspace.with(
                new Item.Result(
                    workspace.freeId(Item.Result.class, kept.analysis()),
                    kept.analysis(),
                    project.places().written(kept.folder()),
                    kept.digest(),
                    null,
                    null,
                    true,
                    Map.of())));
  }
}
