package circuitscope.app.session.job;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.ModelChoice;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A checked job: every cell of models × texts × analyses × seeds can be run as it stands.
 *
 * @param file where it was read
 * @param digest SHA-256 of the file as it was then
 * @param name names the folder of its results inside {@code out}
 * @param goOn whether the cells after a failed one are run
 * @param output what is written of each cell
 */
public record Job(
    Path file,
    String digest,
    String name,
    Path out,
    boolean goOn,
    Output output,
    List<JobModel> models,
    List<JobAnalysis> analyses) {

  /**
   * What is written of each cell, and where.
   *
   * @param npz whether tensors are also written for NumPy
   */
  public record Output(Layout layout, FigureOutput figures, boolean npz) {}

  /** A model under the name of its folder. */
  public record JobModel(String id, ModelChoice choice) {}

  /** A text under the name of its folder. */
  public record JobText(String id, TokenInput input) {}

  /**
   * An analysis under the name of its folder.
   *
   * @param parameters as written, checked
   * @param seeds each makes a cell of its own; empty for the one seed of the parameters, if any
   * @param texts what it is run on; empty when it makes its own tokens
   */
  public record JobAnalysis(
      String id,
      Analysis<?, ?> analysis,
      Map<String, Object> parameters,
      List<Long> seeds,
      List<JobText> texts) {}

  /**
   * One analysis of one model on one text under one seed.
   *
   * @param number counted from 1 in the order of running
   * @param seed one of several; null when the analysis has one seed or none
   */
  public record Cell(
      int number,
      JobModel model,
      @Nullable JobText text,
      JobAnalysis analysis,
      @Nullable Long seed,
      Path folder) {

    /** The cell's analysis with its parameters, ready to run. */
    public AnalysisRun<?, ?> run() {
      TokenInput input = text == null ? null : text.input();
      Map<String, Object> parameters = new LinkedHashMap<>(analysis.parameters());
      if (seed != null) {
        parameters.put(SEED, seed);
      }
      return AnalysisRun.of(analysis.analysis(), parameters, input);
    }

    /** The command line that does the same. */
    public List<String> command() {
      return run().command(model.choice());
    }

    /** The text's id, or what stands for it. */
    public String textId() {
      return text == null ? NO_TEXT : text.id();
    }

    /** As people name it: "gpt2-4l / austen / loss". */
    public String label() {
      return "%s / %s / %s%s"
          .formatted(model.id(), textId(), analysis.id(), seed == null ? "" : " / seed " + seed);
    }
  }

  /** The parameter that seeds multiply. */
  static final String SEED = "seed";

  /** Stands for the text in the folder of an analysis that reads none. */
  public static final String NO_TEXT = "no-text";

  public Path folder() {
    return out.resolve(name);
  }

  /** The self-contained page of the whole job. */
  public Path page() {
    return folder().resolve("report.html");
  }

  /** The cells in their order: a model is opened once, then its analyses follow, text by text. */
  public List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (JobModel model : models) {
      for (JobAnalysis analysis : analyses) {
        List<JobText> texts = analysis.texts();
        for (int i = 0; i < Math.max(1, texts.size()); i++) {
          JobText text = texts.isEmpty() ? null : texts.get(i);
          if (analysis.seeds().isEmpty()) {
            cells.add(cell(cells.size() + 1, model, text, analysis, null));
          }
          for (Long seed : analysis.seeds()) {
            cells.add(cell(cells.size() + 1, model, text, analysis, seed));
          }
        }
      }
    }
    return cells;
  }

  private Cell cell(
      int number,
      JobModel model,
      @Nullable JobText text,
      JobAnalysis analysis,
      @Nullable Long seed) {
    String textId = text == null ? NO_TEXT : text.id();
    Path place = output.layout().place(model.id(), textId, analysis.id(), seed);
    return new Cell(number, model, text, analysis, seed, folder().resolve(place));
  }
}
