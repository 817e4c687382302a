package circuitscope.app.session.reproduce;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.Inputs;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.reproduce.ExpectedTable.Run;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.cache.ModelNotFoundException;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs what a table of expected numbers asks for, and gives the verdicts. */
public final class Reproduce {
  private static final double OPENING = 0.2;
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * What the user chooses.
   *
   * @param model instead of the models of the table; null for those
   * @param only a pattern of the names of runs, {@code pythia-*}; {@code *} for all
   * @param available whether runs that lack their checkpoint or files are left out, not refused
   * @param paths values of the table's variables
   * @param masks folder of published masks; null to look in the cache alone
   * @param out folder of the results and of masks trained here; null when nothing is to be kept
   */
  public record Settings(
      @Nullable String model,
      String device,
      String dtype,
      String only,
      boolean available,
      Map<String, String> paths,
      @Nullable Path masks,
      @Nullable Path out) {}

  private final ExpectedTable table;
  private final Settings settings;
  private final List<Reproduction.Line> lines = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  private Reproduce(ExpectedTable table, Settings settings) {
    this.table = table;
    this.settings = settings;
  }

  /**
   * Runs the table.
   *
   * @throws IllegalArgumentException when checkpoints or files are missing, naming all of them and
   *     how to get each, unless what lacks them is to be left out
   */
  public static Reproduction run(ExpectedTable table, Settings settings, Progress progress)
      throws IOException {
    return new Reproduce(table, settings).run(progress);
  }

  private Reproduction run(Progress progress) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (Run run : table.runs()) {
      if (FileSystems.getDefault()
          .getPathMatcher("glob:" + settings.only())
          .matches(Path.of(run.name()))) {
        String lack = lack(run);
        if (lack.isEmpty()) {
          runs.add(run);
        } else {
          missing.add(run.name() + ": " + lack);
        }
      }
    }
    if (runs.isEmpty() && missing.isEmpty()) {
      List<String> names = table.runs().stream().map(Run::name).toList();
      throw new IllegalArgumentException(
          "only: no run is called '%s'; there are: %s"
              .formatted(settings.only(), String.join(", ", names)));
    }
    if (!missing.isEmpty() && (!settings.available() || runs.isEmpty())) {
      throw new IllegalArgumentException(
          "these runs of %s lack something:%n  %s%nGet it, choose runs with --only, or leave these out with --available"
              .formatted(table.table(), String.join("\n  ", missing)));
    }
    for (Run run : runs) {
      one(run, progress.step(run.name(), 1.0 / runs.size()));
    }
    return new Reproduction(table.table(), table.source(), table.caution(), lines, missing);
  }

  /** What a run cannot do without and has not; empty when it can be run. */
  private String lack(Run run) throws IOException {
    List<String> lacks = new ArrayList<>();
    try {
      ModelCache.ofUser().resolve(ModelId.parse(model(run)));
    } catch (ModelNotFoundException e) {
      lacks.add(String.valueOf(e.getMessage()));
    }
    for (String name : ExpectedTable.variables(run)) {
      if (!settings.paths().containsKey(name)) {
        lacks.add("give --set %s=PATH".formatted(name));
      }
    }
    if (run.mask() != null) {
      lacks.addAll(masks(run).lack(run.mask()));
    }
    return String.join("; ", lacks);
  }

  private MaskSources masks(Run run) {
    return new MaskSources(run.name(), settings.masks(), settings.out(), settings.paths());
  }

  private String model(Run run) {
    return settings.model() == null ? run.model() : settings.model();
  }

  private void one(Run run, Progress progress) throws IOException {
    ModelChoice choice = new ModelChoice(model(run), null, settings.device(), settings.dtype());
    TokenInput input = input(run);
    boolean readsText = input != null && !(input instanceof TokenInput.Ids);
    try (OpenModel model =
        OpenModel.open(
            choice, readsText || run.mask() != null, progress.step("opening", OPENING))) {
      Map<String, Object> parameters = parameters(run);
      boolean trained = false;
      if (run.mask() != null) {
        MaskSources.Found mask = masks(run).find(run.mask(), model, progress.step("mask", OPENING));
        parameters.put("mask", mask.reference());
        trained = mask.trained();
      }
      var analysis = Analyses.registry().find(run.analysis());
      Path folder = settings.out() == null ? null : settings.out().resolve(run.name());
      var finished =
          AnalysisRun.of(analysis, parameters, input)
              .on(model, folder, progress.step(analysis.id(), 1));
      if (folder != null) {
        finished.write(folder);
      }
      judge(run, JSON.readTree(Json.pretty(finished.result())), trained);
    }
  }

  private void judge(Run run, JsonNode document, boolean trained) {
    for (ExpectedTable.Row row : run.rows()) {
      if (row.of() == null || row.of().equals(trained ? "trained" : "published")) {
        lines.add(Judge.line(run, model(run), row, document, table.source()));
      }
    }
  }

  private Map<String, Object> parameters(Run run) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (run.parameters() != null) {
      run.parameters()
          .forEach(
              (name, value) ->
                  parameters.put(
                      name,
                      value instanceof String text
                          ? ExpectedTable.filled(text, settings.paths())
                          : value));
    }
    return parameters;
  }

  private @Nullable TokenInput input(Run run) {
    List<Path> files =
        run.files() == null
            ? List.of()
            : run.files().stream()
                .map(file -> Path.of(ExpectedTable.filled(file, settings.paths())))
                .toList();
    String ids = run.ids() == null ? null : ExpectedTable.filled(run.ids(), settings.paths());
    return Inputs.of("", run.text(), files, ids, run.bos());
  }
}
