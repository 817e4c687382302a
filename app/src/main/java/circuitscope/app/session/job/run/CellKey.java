package circuitscope.app.session.job.run;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.job.Digest;
import circuitscope.app.session.job.Job;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Parameter;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.Versions;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What a cell's result depends on, by content: the same key, the same result. Files count by their
 * bytes, not by their names or times, so that a moved text changes nothing and an edited one does.
 *
 * @param digest SHA-256 of {@code of}
 * @param of each ingredient under its name
 */
record CellKey(String digest, Map<String, Object> of) {
  private static final List<String> SETTINGS = List.of(".json", ".txt", ".model", ".tiktoken");

  /**
   * The key of a cell as its files are now.
   *
   * @throws IOException when a file cannot be read
   */
  static CellKey of(Job job, Job.Cell cell) throws IOException {
    AnalysisRun<?, ?> run = cell.run();
    ModelChoice choice = cell.model().choice();
    Map<String, Object> of = new LinkedHashMap<>();
    of.put("product", Versions.current().product());
    of.put("analysis", run.analysis().id());
    of.put("analysis_version", run.analysis().version());
    of.put("model", model(choice.model()));
    if (choice.tokenizer() != null) {
      of.put("tokenizer", Digest.ofFolder(choice.tokenizer()));
    }
    if (choice.mask() != null) {
      of.put("mask", mask(choice.mask()));
    }
    of.put("dtype", choice.dtype());
    of.put("device", OpenModel.deviceKind(choice.device()));
    if (run.input() != null) {
      of.put("tokens", tokens(run.input()));
    }
    of.put("parameters", run.written());
    Map<String, String> read = filesRead(run);
    if (!read.isEmpty()) {
      of.put("files", read);
    }
    of.put("figures", figures(job));
    of.put("npz", job.output().npz());
    return new CellKey(Digest.of(Json.pretty(of)), of);
  }

  private static String figures(Job job) {
    var figures = job.output().figures();
    return figures.style() + " " + figures.formats().stream().sorted().toList();
  }

  /** Weights, and everything small that lies beside them: configuration, tokenizer. */
  private static String model(String name) throws IOException {
    ModelId id = ModelId.parse(name);
    Path location = ModelCache.ofUser().resolve(id);
    if (id instanceof ModelId.RandomWeights(Path config, long seed)) {
      return "random@%d:%s".formatted(seed, beside(config.toAbsolutePath().resolveSibling("")));
    }
    try (Checkpoint checkpoint = Checkpoint.open(location)) {
      String weights = checkpoint.digest();
      return Files.isDirectory(location) ? weights + ":" + beside(location) : weights;
    }
  }

  private static String beside(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.filter(Files::isRegularFile).toList()) {
        String name = String.valueOf(file.getFileName());
        if (SETTINGS.stream().anyMatch(name::endsWith)) {
          files.put(name, Digest.ofFile(file));
        }
      }
    }
    return Digest.of(Json.pretty(files));
  }

  private static String mask(MaskReference mask) throws IOException {
    return Digest.ofFile(mask.file()) + " " + mask.variant();
  }

  private static String tokens(TokenInput input) throws IOException {
    return switch (input) {
      case TokenInput.Prompt prompt -> Digest.of(prompt.bos() + "\0" + prompt.text());
      case TokenInput.Ids ids -> TokenDigest.of(ids.rows());
      case TokenInput.TextFiles text -> {
        List<String> digests = new ArrayList<>();
        for (Path file : text.files()) {
          digests.add(Digest.ofFile(file));
        }
        yield String.join(" ", digests);
      }
    };
  }

  /** Digests of the files and folders that parameters name. */
  private static Map<String, String> filesRead(AnalysisRun<?, ?> run) throws IOException {
    Map<String, String> read = new TreeMap<>();
    for (Path path : paths(run)) {
      if (Files.isDirectory(path)) {
        read.put(path.toString(), Digest.ofFolder(path));
      } else if (Files.isRegularFile(path)) {
        read.put(path.toString(), Digest.ofFile(path));
      }
    }
    return read;
  }

  /** Every path that the parameters name, whether it exists yet or not. */
  static List<Path> paths(AnalysisRun<?, ?> run) {
    List<Path> paths = new ArrayList<>();
    Map<String, Object> written = run.written();
    for (Parameter parameter : ParameterSpec.of(run.analysis().parameters()).parameters()) {
      Object value = written.get(parameter.name());
      if (value != null) {
        for (Object one : value instanceof List<?> list ? list : List.of(value)) {
          if (parameter.type() == Path.class) {
            paths.add(Path.of(one.toString()));
          } else if (parameter.type() == String.class) {
            paths.addAll(filesIn(one.toString()));
          }
        }
      }
    }
    return paths;
  }

  /** The file in a text such as {@code counts=FILE} or {@code FILE:complement}, if there is one. */
  private static List<Path> filesIn(String text) {
    String named = text.substring(text.indexOf('=') + 1);
    while (!named.isBlank() && named.length() < 4096 && named.indexOf('\0') < 0) {
      Path path = Path.of(named);
      if (Files.isRegularFile(path)) {
        return List.of(path);
      }
      named = named.substring(0, Math.max(0, named.lastIndexOf(':')));
    }
    return List.of();
  }
}
