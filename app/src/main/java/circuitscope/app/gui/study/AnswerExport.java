package circuitscope.app.gui.study;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the data of an answer. */
final class AnswerExport {
  private final Services services;

  AnswerExport(Services services) {
    this.services = services;
  }

  /** Asks for a folder; what one model answered goes as the command line would write it. */
  void write(Answer answer) {
    if (answer.columns().size() == 1) {
      new Exports(services).data(answer.outcome());
      return;
    }
    services
        .files()
        .folder(Texts.SHARED.get("export.data"))
        .ifPresent(folder -> write(answer, folder));
  }

  private void write(Answer answer, Path folder) {
    services
        .jobs()
        .submit(
            Texts.SHARED.get("export.data"), Jobs.FILES, progress -> each(answer, folder, progress))
        .onDone(place -> services.notices().said(Texts.SHARED.get("said.written", place)))
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.export", folder), failure)));
  }

  private static Path each(Answer answer, Path folder, Progress progress) throws IOException {
    String id = answer.columns().getFirst().finished().run().analysis().id();
    Path place = folder.resolve(id);
    for (int number = 2; Files.exists(place); number++) {
      place = folder.resolve(id + "-" + number);
    }
    Files.createDirectories(place);
    for (Answer.Column column : answer.columns()) {
      progress.checkCancelled();
      column.finished().write(place.resolve(column.name().replace(' ', '-')));
    }
    return place;
  }
}
