package circuitscope.subnetworks.train;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Budget;
import circuitscope.subnetworks.mask.BudgetMasks;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Masks by magnitude or at random: one a budget, and one a seed where it matters. */
final class UntrainedMasks {
  private UntrainedMasks() {}

  static TrainResult write(
      Path folder, Model model, TrainAnalysis.Parameters parameters, Progress progress)
      throws IOException {
    Map<String, Budget> budgets = budgets(model, parameters);
    List<TrainResult.Trained> made = new ArrayList<>();
    progress.begin((long) budgets.size() * parameters.seed().size(), "masks");
    for (Map.Entry<String, Budget> budget : budgets.entrySet()) {
      for (long seed : parameters.seed()) {
        String name = parameters.method() + "-" + budget.getKey();
        if (parameters.seed().size() > 1) {
          name += ".seed-" + seed;
        }
        Path file = folder.resolve(name + ".safetensors");
        if (Files.exists(file) && !parameters.resume()) {
          throw new IllegalArgumentException(
              "%s is there already; choose another --out, or --resume to make it again"
                  .formatted(file));
        }
        Mask mask = mask(name, model, parameters, budget.getValue(), seed);
        MaskFile.write(file, mask);
        made.add(TrainResult.Trained.untrained(file, mask, seed));
        progress.advance(1);
      }
    }
    long total =
        model.weights().maskable().stream().mapToLong(weight -> weight.array().size()).sum();
    return TrainResult.untrained(made, total);
  }

  private static Mask mask(
      String name, Model model, TrainAnalysis.Parameters parameters, Budget budget, long seed) {
    boolean random = parameters.method() == Method.RANDOM;
    Map<String, String> made = new TreeMap<>();
    made.put(MaskProvenance.METHOD, parameters.method().toString());
    made.put(MaskProvenance.MODEL, model.identity().origin());
    made.put(MaskProvenance.MODEL_DIGEST, model.identity().digest());
    made.put("budget", "%d weights".formatted(budget.total()));
    made.put("budget_per", budget.scope().name().toLowerCase(java.util.Locale.ROOT));
    if (parameters.like() != null) {
      made.put("budget_of", parameters.like());
    }
    if (random) {
      made.put(MaskProvenance.SEED, Long.toString(seed));
    }
    MaskProvenance provenance = MaskProvenance.of(made);
    return random
        ? BudgetMasks.random(name, model, budget, seed, provenance)
        : BudgetMasks.magnitude(name, model, budget, provenance);
  }

  /** By what stands in the file names after the method. */
  private static Map<String, Budget> budgets(Model model, TrainAnalysis.Parameters parameters)
      throws IOException {
    Map<String, Budget> budgets = new LinkedHashMap<>();
    for (double share : parameters.keep()) {
      budgets.put(LambdaName.of(share), Budget.share(model, share, parameters.per()));
    }
    String like = parameters.like();
    if (like != null) {
      MaskReference reference = MaskReference.parse(like);
      String file = String.valueOf(reference.file().getFileName());
      Budget budget = Budget.like(reference.read().named(like), model, parameters.per());
      budgets.put("like-" + file.replaceFirst("\\.[^.]*$", ""), budget);
    }
    return budgets;
  }
}
