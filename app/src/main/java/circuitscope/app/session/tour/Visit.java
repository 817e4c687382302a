package circuitscope.app.session.tour;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A tour under way: the model, the folder, and what was seen so far. */
final class Visit {
  private final OpenModel model;
  private final Path folder;
  private final List<TourPage.Section> sections = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  Visit(OpenModel model, Path folder) {
    this.model = model;
    this.folder = folder;
  }

  OpenModel model() {
    return model;
  }

  /** Where the stop of that analysis keeps its files. */
  Path folder(String id) {
    return folder.resolve(id);
  }

  List<TourPage.Section> sections() {
    return sections;
  }

  List<Finding> findings() {
    return findings;
  }

  /** Runs a stop's analysis, writes what it found and puts it on the page. */
  <R extends Result> R show(Stop<R> stop, Progress progress) throws IOException {
    AnalysisRun<?, ?> run =
        AnalysisRun.of(Analyses.registry().find(stop.id()), stop.parameters(), stop.input());
    Path out = folder(stop.id());
    AnalysisRun.Finished<?, ?> finished = run.on(model, out, progress);
    finished.write(out);
    List<String> command = new ArrayList<>(run.command(model.choice()));
    command.addAll(List.of("--out", out.toString()));
    sections.add(
        new TourPage.Section(
            stop.id(), stop.question(), stop.meaning(), finished.result(), command));
    return stop.result().cast(finished.result());
  }

  /** Keeps a number for the end of the tour. */
  void found(String name, Object value, String line) {
    findings.add(new Finding(name, value, line));
  }
}
