package circuitscope.app.gui.results;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.FigureExport;
import circuitscope.app.gui.page.InputFormViewModel.Kind;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.PlainManifest;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.compare.Comparison;
import circuitscope.app.session.stored.CommandWords;
import circuitscope.app.session.stored.KeptRun;
import circuitscope.app.session.stored.StoredRun;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.ResultDigest;
import circuitscope.app.session.workspace.Workspace;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What can be done with stored results. */
public final class ResultCommands {
  private final Services services;
  private final Exports exports;

  ResultCommands(Services services) {
    this.services = services;
    this.exports = new Exports(services);
  }

  /** Opens the page of the analysis as it was asked; says which model it needs. */
  public void reopen(Row row) {
    StoredRun run = row.run();
    if (run == null || !run.known()) {
      services.notices().said(Words.TEXTS.get("said.no-page", row.title()));
      return;
    }
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("parameters", run.parameters());
    state.put("input", input(run.command()));
    state.put("model", row.model());
    services.pages().open("analysis:" + run.analysis(), state);
    boolean open =
        services.models().open().stream().map(LoadedModel::name).anyMatch(row.model()::equals);
    if (!open) {
      String mask = run.command().value("mask");
      services
          .notices()
          .said(
              mask == null
                  ? Words.TEXTS.get("said.open-model", run.model())
                  : Words.TEXTS.get("said.open-masked", run.model(), mask));
    }
  }

  private static Map<String, Object> input(CommandWords command) {
    Map<String, Object> input = new HashMap<>();
    String text = command.value("text");
    String ids = command.value("ids");
    String bos = command.value("bos");
    Kind kind =
        text != null
            ? Kind.TEXT
            : ids != null ? Kind.IDS : command.files().isEmpty() ? Kind.OWN : Kind.FILES;
    input.put("kind", kind.name());
    input.put("text", text == null ? Texts.SHARED.get("input.sample-prompt") : text);
    input.put("files", command.files());
    input.put("ids", ids == null ? "" : ids);
    input.put("bos", bos == null ? "auto" : bos);
    return input;
  }

  /** Opens a result in a tab of its own. */
  public void openTab(Row row) {
    services.pages().open(ResultPage.ID, Map.of("result", row.id()));
  }

  /** Takes the command that makes what is shown to the clipboard. */
  public void copyCommand(Shown shown) {
    List<String> words =
        switch (shown) {
          case Shown.One(Row row, var parts, var changed) -> command(row.run());
          case Shown.Compared(Row a, Row b, var comparison, var parts) -> command(a, b);
          default -> List.of();
        };
    if (words.isEmpty()) {
      services.notices().said(Words.TEXTS.get("said.no-command"));
    } else {
      exports.copyCommand(ShellWords.join(words));
    }
  }

  private static List<String> command(@Nullable StoredRun run) {
    return run == null ? List.of() : run.command().words();
  }

  private static List<String> command(Row a, Row b) {
    return List.of("circuitscope", "compare", a.folder().toString(), b.folder().toString());
  }

  /** Asks for a file and writes a figure of what is shown. */
  public void exportFigure(Shown shown, FigureExport export) {
    switch (shown) {
      case Shown.One(Row row, var parts, var changed) ->
          exports.figure(export, () -> StoredCopy.provenance(row.folder(), export.figure().id()));
      case Shown.Compared(Row a, Row b, Comparison comparison, var parts) ->
          exports.figure(
              export,
              () ->
                  FigureExport.provenance(
                      PlainManifest.of("compare", "", Map.of(), command(a, b))));
      default -> {}
    }
  }

  /** Asks for a folder and writes everything of what is shown, pictures included. */
  public void exportData(Shown shown) {
    switch (shown) {
      case Shown.One(Row row, var parts, var changed) ->
          exports.data(row.item().analysis(), place -> StoredCopy.write(row.folder(), place));
      case Shown.Compared(Row a, Row b, Comparison comparison, var parts) ->
          exports.data("compare", place -> Compare.write(comparison, place, command(a, b)));
      default -> {}
    }
  }

  /** Gives a result another name and note; one edit, that can be taken back. */
  public void annotate(Row row, String name, String note) {
    String called = name.strip().equals(row.title()) ? "" : name;
    services
        .project()
        .edit(
            Words.TEXTS.get("edit.annotate", row.name()),
            workspace ->
                workspace
                    .find(Item.Result.class, row.id())
                    .map(item -> workspace.with(item.annotated(called, note)))
                    .orElse(workspace));
  }

  /**
   * Takes results out of the workspace, which can be taken back; where the window stored their
   * files by itself, asks whether these go too, which cannot.
   */
  public void delete(List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    Project project = services.project();
    project.edit(
        Words.TEXTS.get(
            "edit.delete", rows.size() == 1 ? rows.getFirst().name() : rows.size() + " results"),
        workspace -> {
          Workspace left = workspace;
          for (Row row : rows) {
            left = left.without(row.item());
          }
          return left;
        });
    List<Path> others =
        project.workspace().results().stream()
            .map(item -> project.places().resolve(item.folder()))
            .toList();
    List<Path> own =
        rows.stream()
            .filter(row -> Boolean.TRUE.equals(row.item().kept()))
            .map(Row::folder)
            .filter(folder -> !others.contains(folder) && ResultDigest.isResult(folder))
            .toList();
    if (!own.isEmpty()
        && services.notices().confirm(question(own), Words.TEXTS.get("delete.yes"))) {
      deleteFiles(own);
    }
  }

  private static String question(List<Path> folders) {
    String list = folders.stream().limit(5).map(Path::toString).collect(Collectors.joining("\n"));
    String more = folders.size() > 5 ? "\n…" : "";
    return Words.TEXTS.get("delete.files", folders.size(), list + more);
  }

  private void deleteFiles(List<Path> folders) {
    services
        .jobs()
        .submit(
            Words.TEXTS.get("job.delete"),
            Jobs.FILES,
            progress -> {
              for (Path folder : folders) {
                KeptRun.delete(folder);
              }
              return folders;
            })
        .onDone(gone -> services.notices().said(Words.TEXTS.get("said.deleted", folders.size())))
        .onFailed(
            failure ->
                services.notices().failed(Problem.of(Words.TEXTS.get("problem.delete"), failure)));
  }
}
