package circuitscope.app.session.job;

import circuitscope.app.session.FigureOutput;
import circuitscope.app.session.job.Job.JobAnalysis;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.viz.layout.FigureStyle;
import circuitscope.viz.paint.Format;
import circuitscope.viz.palette.Theme;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Reads and checks a job file; see docs/job-format.md. Runs nothing. */
public final class JobReader {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final List<String> KEYS =
      List.of(
          "job",
          "out",
          "layout",
          "on-error",
          "device",
          "dtype",
          "seed",
          "seeds",
          "figures",
          "npz",
          "models",
          "texts",
          "analyses");
  private static final List<String> FIGURE_KEYS = List.of("formats", "width", "theme");

  private final AnalysisRegistry registry;
  private final Map<String, String> environment;

  public JobReader(AnalysisRegistry registry, Map<String, String> environment) {
    this.registry = registry;
    this.environment = environment;
  }

  /**
   * The job of a file. Relative paths in it are the caller's.
   *
   * @throws InvalidJobException naming everything that is wrong with it
   * @throws IOException when the file cannot be read
   */
  public Job read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such job file");
    }
    return read(file, Files.readString(file));
  }

  /**
   * The job of a text that stands in a file, or is to.
   *
   * @param file names the job where the text does not
   * @throws InvalidJobException naming everything that is wrong with it
   */
  public Job read(Path file, String yaml) throws IOException {
    JsonNode tree = parse(file, yaml);
    Problems problems = new Problems(Places.of(yaml));
    JobNode root = new JobNode(tree, "", environment, problems);
    Job job = root.checkKeys(KEYS) ? job(file, yaml, root) : null;
    if (job == null || !problems.none()) {
      throw new InvalidJobException(file, problems.texts());
    }
    return job;
  }

  private Job job(Path file, String yaml, JobNode root) {
    String name = root.at("job").textOr(Ids.folderName(Ids.stem(file)));
    if (!name.equals(Ids.folderName(name))) {
      root.at("job")
          .problem("'%s' cannot name a folder; use letters, digits, . _ -".formatted(name));
    }
    List<JobModel> models = new ModelEntries(root).read(root.at("models"));
    TextEntries texts = new TextEntries(root.at("texts"));
    List<JobAnalysis> analyses =
        new AnalysisEntries(registry, root, texts).read(root.at("analyses"));
    Job.Output output =
        new Job.Output(
            layout(root.at("layout")), figures(root.at("figures")), root.at("npz").flag());
    Job job =
        new Job(
            file,
            Digest.of(yaml),
            name,
            Path.of(root.at("out").textOr("out")),
            goOn(root.at("on-error")),
            output,
            models,
            analyses);
    checkFolders(root.at("layout"), job);
    return job;
  }

  private static JsonNode parse(Path file, String yaml) throws IOException {
    try {
      return YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      Places.Mark mark =
          e.getLocation() == null
              ? Places.Mark.START
              : new Places.Mark(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      String reason = e.getOriginalMessage().lines().findFirst().orElse("no YAML");
      throw new InvalidJobException(file, List.of(mark + ": " + reason));
    }
  }

  private static boolean goOn(JobNode node) {
    return switch (node.textOr("go-on")) {
      case "stop" -> false;
      case "go-on" -> true;
      default -> {
        node.problem("expected stop or go-on");
        yield false;
      }
    };
  }

  private static Layout layout(JobNode node) {
    String pattern = node.text();
    try {
      return pattern == null ? Layout.USUAL : new Layout(pattern);
    } catch (IllegalArgumentException e) {
      node.problem(String.valueOf(e.getMessage()));
      return Layout.USUAL;
    }
  }

  private static void checkFolders(JobNode node, Job job) {
    if (!node.absent()) {
      Set<Path> folders = new HashSet<>();
      for (Job.Cell cell : job.cells()) {
        if (!folders.add(cell.folder())) {
          node.problem(
              "more than one cell would be written to %s; name every part in which they differ"
                  .formatted(job.folder().relativize(cell.folder())));
          return;
        }
      }
    }
  }

  private static FigureOutput figures(JobNode node) {
    FigureOutput usual = FigureOutput.usual();
    if (node.absent() || !node.checkKeys(FIGURE_KEYS)) {
      return usual;
    }
    FigureStyle style = usual.style();
    String width = node.at("width").text();
    try {
      if (width != null) {
        style = style.withWidth(Double.parseDouble(width.replaceFirst("\\s*mm$", "")));
      }
    } catch (NumberFormatException e) {
      node.at("width").problem("'%s' is no width such as 85mm".formatted(width));
    } catch (IllegalArgumentException e) {
      node.at("width").problem(String.valueOf(e.getMessage()));
    }
    String theme = node.at("theme").textOr("light");
    if (theme.equals("light") || theme.equals("dark")) {
      style = style.withTheme(theme.equals("dark") ? Theme.DARK : Theme.LIGHT);
    } else {
      node.at("theme").problem("'%s' is not light or dark".formatted(theme));
    }
    return new FigureOutput(
        style, node.has("formats") ? formats(node.at("formats")) : usual.formats());
  }

  /** An empty list writes the figures' data alone. */
  private static Set<Format> formats(JobNode list) {
    Set<Format> formats = EnumSet.noneOf(Format.class);
    for (JobNode one : list.items()) {
      String text = one.textOr("");
      try {
        formats.add(Format.valueOf(text.toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        one.problem("'%s' is not svg, pdf or png".formatted(text));
      }
    }
    return formats;
  }
}
