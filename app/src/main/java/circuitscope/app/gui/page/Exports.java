package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.job.JobAddition;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.paint.Format;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;

/** What a page does with an outcome beside showing it. */
public final class Exports {
  private final Services services;

  public Exports(Services services) {
    this.services = services;
  }

  /** Takes the command line that repeats it to the clipboard. */
  public void copyCommand(String command) {
    services.clip().copy(command);
    services.notices().said(Texts.SHARED.get("said.command"));
  }

  /** Asks for a job file and adds a run to it. */
  public void addToJob(ModelChoice model, AnalysisRun<?, ?> run) {
    services
        .files()
        .save(
            Texts.SHARED.get("job.add-to-job"),
            "job.yaml",
            new FileDialogs.Kind(Texts.SHARED.get("files.job"), List.of("*.yaml", "*.yml")))
        .ifPresent(
            file ->
                write(
                    Texts.SHARED.get("job.add-to-job"),
                    file,
                    () -> JobAddition.add(file, model, run)));
  }

  /** Asks for a file and writes a figure into it. */
  public void figure(FigureExport export, Outcome outcome) {
    figure(export, () -> FigureExport.provenance(outcome.finished().manifest()));
  }

  /**
   * Asks for a file and writes a figure into it.
   *
   * @param provenance the way to make it again, found in the job
   */
  public void figure(FigureExport export, Callable<Map<String, String>> provenance) {
    FileDialogs.Kind[] kinds =
        Arrays.stream(Format.values())
            .sorted((a, b) -> Boolean.compare(b == export.format(), a == export.format()))
            .map(format -> new FileDialogs.Kind(format.name(), List.of("*." + format.extension())))
            .toArray(FileDialogs.Kind[]::new);
    Optional<Path> file =
        services.files().save(Texts.SHARED.get("export.figure"), export.fileName(), kinds);
    Figure figure = PreferredColours.of(export.figure(), services);
    FigureExport shown = new FigureExport(figure, export.format(), export.style());
    file.ifPresent(
        path ->
            write(
                Texts.SHARED.get("export.figure"),
                path,
                () -> shown.named(path).write(path, provenance.call())));
  }

  /** Asks for a folder and writes everything into it: JSON, tables, tensors, figures, manifest. */
  public void data(Outcome outcome) {
    data(outcome.finished().run().analysis().id(), outcome.finished()::write);
  }

  /** Writes files into a folder that is not there yet. */
  @FunctionalInterface
  public interface IntoFolder {
    void write(Path folder) throws Exception;
  }

  /**
   * Asks for a folder and writes something into a new one in it.
   *
   * @param name of the new one, if it is free
   */
  public void data(String name, IntoFolder content) {
    services
        .files()
        .folder(Texts.SHARED.get("export.data"))
        .ifPresent(
            folder -> {
              Path place = freeFolder(folder, name);
              write(Texts.SHARED.get("export.data"), place, () -> content.write(place));
            });
  }

  private static Path freeFolder(Path folder, String name) {
    Path place = folder.resolve(name);
    for (int number = 2; place.toFile().exists(); number++) {
      place = folder.resolve(name + "-" + number);
    }
    return place;
  }

  @FunctionalInterface
  private interface Writing {
    void write() throws Exception;
  }

  private void write(String title, Path place, Writing writing) {
    services
        .jobs()
        .submit(
            title,
            Jobs.FILES,
            progress -> {
              writing.write();
              return place;
            })
        .onDone(written -> services.notices().said(Texts.SHARED.get("said.written", written)))
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.export", place), failure)));
  }
}
