package circuitscope.app.session.job;

import circuitscope.app.session.job.Job.JobAnalysis;
import circuitscope.app.session.job.Job.JobText;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.probes.analysis.InvalidParametersException;
import circuitscope.probes.analysis.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries under {@code analyses}. */
final class AnalysisEntries {
  private static final List<String> KEYS =
      List.of("id", "analysis", "texts", "parameters", "seeds");

  private final AnalysisRegistry registry;
  private final TextEntries texts;
  private final @Nullable Long usualSeed;
  private final List<Long> usualSeeds;
  private final Ids ids = new Ids();

  /**
   * @param root the whole job, whose {@code seed} or {@code seeds} are those of every analysis that
   *     has a seed and says nothing of it
   */
  AnalysisEntries(AnalysisRegistry registry, JobNode root, TextEntries texts) {
    this.registry = registry;
    this.texts = texts;
    usualSeed = root.at(Job.SEED).wholeNumber();
    usualSeeds = seeds(root.at("seeds"));
    if (root.has(Job.SEED) && root.has("seeds")) {
      root.at(Job.SEED).problem("seed and seeds exclude each other; give one of them");
    }
  }

  List<JobAnalysis> read(JobNode list) {
    List<JobAnalysis> analyses = new ArrayList<>();
    for (JobNode item : list.items()) {
      boolean written = !item.node().isTextual();
      if (!written || item.checkKeys(KEYS)) {
        JobAnalysis analysis = read(item, written ? item.at("analysis") : item);
        if (analysis != null) {
          analyses.add(analysis);
        }
      }
    }
    if (list.items().isEmpty()) {
      list.problem("a job needs at least one analysis");
    }
    return analyses;
  }

  private @Nullable JobAnalysis read(JobNode item, JobNode nameNode) {
    String name = nameNode.text();
    if (name == null) {
      if (nameNode.absent()) {
        item.problem("names no analysis");
      }
      return null;
    }
    Analysis<?, ?> analysis;
    try {
      analysis = registry.find(name);
    } catch (IllegalArgumentException e) {
      item.problem(String.valueOf(e.getMessage()));
      return null;
    }
    String id = item.at("id").textOr(name);
    ids.check(item, id);
    JobNode parameterNode = item.at("parameters");
    Map<String, Object> parameters = parameterNode.parameters();
    List<Long> seeds = seedsOf(item, analysis, parameters);
    checkParameters(parameterNode, analysis, parameters);
    return new JobAnalysis(id, analysis, parameters, seeds, textsOf(item, analysis));
  }

  /** The seeds that multiply its cells; puts the job's one seed among the parameters. */
  private List<Long> seedsOf(
      JobNode item, Analysis<?, ?> analysis, Map<String, Object> parameters) {
    boolean draws =
        ParameterSpec.of(analysis.parameters()).parameters().stream()
            .anyMatch(parameter -> parameter.name().equals(Job.SEED) && !parameter.list());
    boolean single = parameters.containsKey(Job.SEED);
    if (item.has("seeds")) {
      if (!draws) {
        item.at("seeds").problem(analysis.id() + " has no seed: nothing in it is drawn at random");
      } else if (single) {
        item.at("seeds").problem("the parameters give a seed already; give one of them");
      }
      return seeds(item.at("seeds"));
    }
    if (!draws || single) {
      return List.of();
    }
    if (usualSeed != null) {
      parameters.put(Job.SEED, usualSeed);
    }
    return usualSeeds;
  }

  private static List<Long> seeds(JobNode list) {
    List<Long> seeds = new ArrayList<>();
    for (JobNode one : list.items()) {
      Long seed = one.wholeNumber();
      if (seed != null && seeds.contains(seed)) {
        one.problem("the seed %d stands here twice".formatted(seed));
      } else if (seed != null) {
        seeds.add(seed);
      }
    }
    return List.copyOf(seeds);
  }

  private static void checkParameters(
      JobNode node, Analysis<?, ?> analysis, Map<String, Object> parameters) {
    try {
      ParameterSpec.of(analysis.parameters()).read(parameters);
    } catch (InvalidParametersException e) {
      e.problems().forEach(node::problemOf);
    }
  }

  /** Those asked for; else all for an analysis that must read, none for one that need not. */
  private List<JobText> textsOf(JobNode item, Analysis<?, ?> analysis) {
    if (item.has("texts")) {
      if (analysis.input() == Analysis.Input.NONE) {
        item.at("texts").problem(analysis.id() + " reads no text");
      }
      return texts.named(item.at("texts"));
    }
    boolean must = analysis.input() == Analysis.Input.REQUIRED;
    if (must && texts.none()) {
      item.problem(analysis.id() + " needs a text, and the job has none under 'texts'");
    }
    boolean reads = must || analysis.input() == Analysis.Input.USUAL;
    return reads ? texts.all() : List.of();
  }
}
