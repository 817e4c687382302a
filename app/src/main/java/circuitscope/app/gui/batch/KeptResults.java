package circuitscope.app.gui.batch;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.Workspace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Adds results of cells to the workspace, all in one edit that can be taken back. */
record KeptResults(Services services) {
  /** Those that are there already, of the same content, change nothing. */
  void add(String job, List<CellRow> cells) {
    Places places = services.project().places();
    if (!cells.isEmpty()) {
      services
          .jobs()
          .submit(
              Words.TEXTS.get("job.results", job),
              Jobs.FILES,
              progress -> {
                List<Item.Result> found = new ArrayList<>();
                for (CellRow row : cells) {
                  Path folder = row.cell().folder().toAbsolutePath();
                  found.add(Item.Result.of(row.cell().label(), folder, places));
                }
                return found;
              })
          .onDone(found -> edit(found, places));
    }
  }

  private void edit(List<Item.Result> found, Places places) {
    Project project = services.project();
    Workspace before = project.workspace();
    Workspace after = before;
    for (Item.Result result : found) {
      after = with(after, result.moved(places, project.places()));
    }
    Workspace edited = after;
    if (!edited.equals(before)) {
      project.edit(Words.TEXTS.get("edit.results"), workspace -> edited);
    }
  }

  /** A result takes the place of the one of its folder. */
  private static Workspace with(Workspace workspace, Item.Result result) {
    Optional<Item.Result> there =
        workspace.results().stream().filter(one -> one.folder().equals(result.folder())).findAny();
    String id =
        there
            .map(Item.Result::id)
            .orElseGet(() -> workspace.freeId(Item.Result.class, result.id()));
    return workspace.with(
        new Item.Result(
            id,
            result.analysis(),
            result.folder(),
            result.digest(),
            there.map(Item.Result::name).orElse(null),
            there.map(Item.Result::note).orElse(null),
            there.map(Item.Result::kept).orElse(null),
            there.map(Item.Result::other).orElse(Map.of())));
  }
}
