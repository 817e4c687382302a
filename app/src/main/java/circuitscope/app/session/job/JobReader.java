package circuitscope.app.session.job;

import circuitscope.app.session.Inputs;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.job.Job.JobAnalysis;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.app.session.job.Job.JobText;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.probes.analysis.InvalidParametersException;
import circuitscope.probes.analysis.Nearest;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.Precision;
import circuitscope.subnetworks.mask.MaskReference;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads and checks a job file; see docs/job-format.md. Runs nothing. */
public final class JobReader {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final List<String> KEYS =
      List.of("job", "out", "on-error", "models", "texts", "analyses");
  private static final List<String> MODEL_KEYS =
      List.of("id", "model", "tokenizer", "device", "dtype", "mask");
  private static final List<String> TEXT_KEYS = List.of("id", "text", "file", "ids", "bos");
  private static final List<String> ANALYSIS_KEYS =
      List.of("id", "analysis", "texts", "parameters");

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
    List<String> problems = new ArrayList<>();
    JobNode root = new JobNode(parse(file), "", environment, problems);
    if (!root.checkKeys(KEYS)) {
      throw new InvalidJobException(file, problems);
    }
    String name = root.at("job").textOr(folderName(stem(file)));
    Path out = Path.of(root.at("out").textOr("out"));
    boolean goOn = goOn(root.at("on-error"));
    List<JobModel> models = models(root.at("models"));
    Texts texts = texts(root.at("texts"));
    List<JobAnalysis> analyses = analyses(root.at("analyses"), texts);
    if (!name.equals(folderName(name))) {
      root.at("job")
          .problem("'%s' cannot name a folder; use letters, digits, . _ -".formatted(name));
    }
    if (!problems.isEmpty()) {
      throw new InvalidJobException(file, problems);
    }
    return new Job(name, out, goOn, models, analyses);
  }

  private static JsonNode parse(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such job file");
    }
    try {
      return YAML.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new InvalidJobException(
          file,
          List.of(
              "line %d: %s"
                  .formatted(e.getLocation().getLineNr(), firstLine(e.getOriginalMessage()))));
    }
  }

  private static boolean goOn(JobNode node) {
    return switch (node.textOr("stop")) {
      case "stop" -> false;
      case "go-on" -> true;
      default -> {
        node.problem("expected stop or go-on");
        yield false;
      }
    };
  }

  private static List<JobModel> models(JobNode list) {
    List<JobModel> models = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JobNode item : list.items()) {
      boolean written = !item.node().isTextual();
      if (written && !item.checkKeys(MODEL_KEYS)) {
        continue;
      }
      String model = (written ? item.at("model") : item).text();
      if (model == null) {
        item.problem("names no model");
        continue;
      }
      checkModel(item, model);
      String tokenizer = written ? item.at("tokenizer").text() : null;
      String device = written ? item.at("device").textOr("auto") : "auto";
      String dtype = written ? item.at("dtype").textOr("fp32") : "fp32";
      checkDevice(item, device, dtype);
      MaskReference mask = written ? mask(item.at("mask")) : null;
      String id = written ? item.at("id").textOr(shortName(model)) : shortName(model);
      checkId(item, id, ids);
      Path tokenizerFolder = tokenizer == null ? null : Path.of(tokenizer);
      models.add(new JobModel(id, new ModelChoice(model, tokenizerFolder, device, dtype, mask)));
    }
    if (list.items().isEmpty()) {
      list.problem("a job needs at least one model");
    }
    return models;
  }

  private static @Nullable MaskReference mask(JobNode node) {
    String text = node.text();
    try {
      return text == null ? null : MaskReference.parse(text);
    } catch (NoSuchFileException e) {
      node.problem(e.getFile() + ": no such file");
    } catch (IOException | RuntimeException e) {
      node.problem(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private static void checkModel(JobNode item, String model) {
    try {
      Path location = ModelCache.ofUser().resolve(ModelId.parse(model));
      if (!Files.exists(location)) {
        item.problem(location + " does not exist");
      }
    } catch (IOException | RuntimeException e) {
      item.problem(String.valueOf(e.getMessage()));
    }
  }

  private static void checkDevice(JobNode item, String device, String dtype) {
    if (!device.matches("auto|cpu|cuda(:\\d+)?")) {
      item.at("device").problem("'%s' is not cpu, cuda, cuda:N or auto".formatted(device));
    }
    try {
      Precision precision = Precision.parse(dtype);
      if (device.equals("cpu") && precision != Precision.FP32) {
        item.at("dtype").problem("%s needs a GPU; the CPU computes in fp32".formatted(dtype));
      }
    } catch (IllegalArgumentException e) {
      item.at("dtype").problem(String.valueOf(e.getMessage()));
    }
  }

  /** The texts that can be read, and the ids of all, so that one mistake is told once. */
  private record Texts(Map<String, JobText> usable, Set<String> ids) {}

  private static Texts texts(JobNode list) {
    Map<String, JobText> texts = new LinkedHashMap<>();
    Set<String> ids = new HashSet<>();
    for (JobNode item : list.items()) {
      if (!item.checkKeys(TEXT_KEYS)) {
        continue;
      }
      List<Path> files = new ArrayList<>();
      for (JobNode one : item.at("file").items()) {
        String path = one.text();
        if (path != null) {
          files.add(Path.of(path));
          if (!Files.isRegularFile(Path.of(path))) {
            one.problem(path + ": no such file");
          }
        }
      }
      String byDefault = files.isEmpty() ? "text" : stem(files.getFirst());
      String id = item.at("id").textOr(folderName(byDefault));
      checkId(item, id, ids);
      TokenInput input = input(item, files);
      if (input != null) {
        texts.put(id, new JobText(id, input));
      }
    }
    return new Texts(texts, ids);
  }

  private static @Nullable TokenInput input(JobNode item, List<Path> files) {
    try {
      TokenInput input =
          Inputs.of(
              "", item.at("text").text(), files, item.at("ids").text(), item.at("bos").text());
      if (input == null && !item.has("text") && !item.has("ids") && !item.has("file")) {
        item.problem("gives nothing to read; give one of text, file, ids");
      }
      return input;
    } catch (RuntimeException e) {
      item.problem(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private List<JobAnalysis> analyses(JobNode list, Texts texts) {
    List<JobAnalysis> analyses = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (JobNode item : list.items()) {
      boolean written = !item.node().isTextual();
      if (written && !item.checkKeys(ANALYSIS_KEYS)) {
        continue;
      }
      String name = (written ? item.at("analysis") : item).text();
      if (name == null) {
        item.problem("names no analysis");
        continue;
      }
      Analysis<?, ?> analysis;
      try {
        analysis = registry.find(name);
      } catch (IllegalArgumentException e) {
        item.problem(String.valueOf(e.getMessage()));
        continue;
      }
      String id = written ? item.at("id").textOr(name) : name;
      checkId(item, id, ids);
      JobNode parameterNode = item.at("parameters");
      Map<String, Object> parameters = parameterNode.parameters();
      checkParameters(parameterNode, analysis, parameters);
      analyses.add(new JobAnalysis(id, analysis, parameters, textsOf(item, analysis, texts)));
    }
    if (list.items().isEmpty()) {
      list.problem("a job needs at least one analysis");
    }
    return analyses;
  }

  private static void checkParameters(
      JobNode node, Analysis<?, ?> analysis, Map<String, Object> parameters) {
    try {
      ParameterSpec.of(analysis.parameters()).read(parameters);
    } catch (InvalidParametersException e) {
      e.problems().forEach(node::problem);
    }
  }

  /** Those asked for; else all for an analysis that must read, none for one that need not. */
  private static List<JobText> textsOf(JobNode item, Analysis<?, ?> analysis, Texts texts) {
    boolean asked = item.has("texts");
    if (analysis.input() == Analysis.Input.NONE && asked) {
      item.at("texts").problem(analysis.id() + " reads no text");
    }
    if (!asked) {
      boolean must = analysis.input() == Analysis.Input.REQUIRED;
      if (must && texts.ids().isEmpty()) {
        item.problem(analysis.id() + " needs a text, and the job has none under 'texts'");
      }
      boolean reads = must || analysis.input() == Analysis.Input.USUAL;
      return reads ? List.copyOf(texts.usable().values()) : List.of();
    }
    List<JobText> chosen = new ArrayList<>();
    for (JobNode one : item.at("texts").items()) {
      String id = one.textOr("");
      JobText text = texts.usable().get(id);
      if (text != null) {
        chosen.add(text);
      } else if (!texts.ids().contains(id)) {
        one.problem("there is no text '%s'%s".formatted(id, Nearest.hint(id, texts.ids())));
      }
    }
    return chosen;
  }

  private static void checkId(JobNode item, String id, Set<String> ids) {
    if (!id.equals(folderName(id))) {
      item.problem("id '%s' cannot name a folder; use letters, digits, . _ -".formatted(id));
    }
    if (!ids.add(id)) {
      item.problem("a second one is called '%s'; give it an id of its own".formatted(id));
    }
  }

  private static String shortName(String model) {
    String last = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1);
    return folderName(last);
  }

  private static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private static String folderName(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+", "");
    return safe.isEmpty() ? "unnamed" : safe;
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse(text);
  }
}
