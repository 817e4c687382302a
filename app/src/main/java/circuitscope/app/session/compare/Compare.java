package circuitscope.app.session.compare;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.PlainManifest;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Manifest;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.ResultFiles;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes and stores comparisons: of two stored results, or of two runs made for it. */
public final class Compare {
  private static final double OPENING = 0.2;

  private Compare() {}

  /**
   * One of the two runs.
   *
   * @param parameters as written
   * @param input null for analyses that make their own tokens
   */
  public record Run(
      String label, ModelChoice model, @Nullable TokenInput input, Map<String, ?> parameters) {}

  /** Compares two stored results; no model is needed. */
  public static Comparison stored(Path a, Path b, long seed) throws IOException {
    String nameA = name(a);
    String nameB = name(b);
    boolean alike = nameA.equals(nameB);
    return Comparison.of(
        Side.read(alike ? a.toString() : nameA, a),
        Side.read(alike ? b.toString() : nameB, b),
        seed);
  }

  private static String name(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  /**
   * Runs an analysis on both sides and compares. Both results are written, pictures included, into
   * the folders {@code a} and {@code b} of {@code folder}.
   *
   * @throws IllegalArgumentException when nothing differs between the two
   */
  public static Comparison runs(
      Analysis<?, ?> analysis, Run a, Run b, Path folder, long seed, Progress progress)
      throws IOException {
    AnalysisRun<?, ?> runA = AnalysisRun.of(analysis, a.parameters(), a.input());
    AnalysisRun<?, ?> runB = AnalysisRun.of(analysis, b.parameters(), b.input());
    if (runA.equals(runB) && a.model().equals(b.model())) {
      throw new IllegalArgumentException(
          "nothing differs between A and B: say what does, with --model-b, --mask-b, --text-b or"
              + " another option that ends with -b");
    }
    Path folderA = folder.resolve("a");
    Path folderB = folder.resolve("b");
    if (a.model().equals(b.model())) {
      try (OpenModel model = open(a, b, progress.step("opening", OPENING))) {
        runA.on(model, folderA, progress.step("A: " + title(analysis), 0.5)).write(folderA);
        runB.on(model, folderB, progress.step("B: " + title(analysis), 1)).write(folderB);
      }
    } else {
      one(runA, a, folderA, progress.step("A", 0.5));
      one(runB, b, folderB, progress.step("B", 1));
    }
    return Comparison.of(Side.read(a.label(), folderA), Side.read(b.label(), folderB), seed);
  }

  private static String title(Analysis<?, ?> analysis) {
    return analysis.title().toLowerCase(Locale.ROOT);
  }

  private static void one(AnalysisRun<?, ?> run, Run side, Path folder, Progress progress)
      throws IOException {
    try (OpenModel model = open(side, side, progress.step("opening " + side.label(), OPENING))) {
      run.on(model, folder, progress.step(title(run.analysis()), 1)).write(folder);
    }
  }

  private static OpenModel open(Run a, Run b, Progress progress) throws IOException {
    return OpenModel.open(a.model(), readsText(a.input()) || readsText(b.input()), progress);
  }

  private static boolean readsText(@Nullable TokenInput input) {
    return input != null && !(input instanceof TokenInput.Ids);
  }

  /** Writes a comparison as results are written: JSON, CSV, tensors, figures, manifest. */
  public static void write(Comparison comparison, Path folder, List<String> command)
      throws IOException {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("analysis", comparison.analysis());
    parameters.put("a", comparison.a());
    parameters.put("b", comparison.b());
    Manifest manifest =
        PlainManifest.of("compare", "Comparison of " + comparison.analysis(), parameters, command);
    ResultFiles.write(
        folder, comparison, manifest, FigureOutput.usual(), ResultFiles.Companions.NONE);
  }
}
