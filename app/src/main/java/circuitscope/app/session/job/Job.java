package circuitscope.app.session.job;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked job: every cell of models × texts × analyses can be run as it stands.
 *
 * @param name names the folder of its results inside {@code out}
 * @param goOn whether the cells after a failed one are run
 */
public record Job(
    String name, Path out, boolean goOn, List<JobModel> models, List<JobAnalysis> analyses) {

  /** A model under the name of its folder. */
  public record JobModel(String id, ModelChoice choice) {}

  /** A text under the name of its folder. */
  public record JobText(String id, TokenInput input) {}

  /**
   * An analysis under the name of its folder.
   *
   * @param parameters as written, checked
   * @param texts what it is run on; empty when it makes its own tokens
   */
  public record JobAnalysis(
      String id, Analysis<?, ?> analysis, Map<String, Object> parameters, List<JobText> texts) {}

  /**
   * One analysis of one model on one text.
   *
   * @param number counted from 1 in the order of running
   */
  public record Cell(
      int number, JobModel model, @Nullable JobText text, JobAnalysis analysis, Path folder) {

    /** The cell's analysis with its parameters, ready to run. */
    AnalysisRun<?, ?> run() {
      TokenInput input = text == null ? null : text.input();
      return AnalysisRun.of(analysis.analysis(), analysis.parameters(), input);
    }

    /** The command line that does the same. */
    public List<String> command() {
      return run().command(model.choice());
    }

    /** As people name it: "gpt2-4l / austen / loss". */
    public String label() {
      return "%s / %s / %s"
          .formatted(model.id(), text == null ? NO_TEXT : text.id(), analysis.id());
    }
  }

  /** Stands for the text in the folder of an analysis that reads none. */
  public static final String NO_TEXT = "no-text";

  public Path folder() {
    return out.resolve(name);
  }

  /** The cells in their order: a model is opened once, then its analyses follow, text by text. */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (JobModel model : models) {
      for (JobAnalysis analysis : analyses) {
        List<JobText> texts = analysis.texts();
        for (int i = 0; i < Math.max(1, texts.size()); i++) {
          JobText text = texts.isEmpty() ? null : texts.get(i);
          Path folder =
              folder()
                  .resolve(model.id())
                  .resolve(text == null ? NO_TEXT : text.id())
                  .resolve(analysis.id());
          cells.add(new Cell(cells.size() + 1, model, text, analysis, folder));
        }
      }
    }
    return cells;
  }
}
