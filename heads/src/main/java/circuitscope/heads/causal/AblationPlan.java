package circuitscope.heads.causal;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;

/**
 * Which heads are taken away.
 *
 * @param sets those that were asked for, with what each is compared with
 * @param singles single heads, by layer and head: all of the model, or the members of the sets
 */
record AblationPlan(List<AblationKind> kinds, List<Asked> sets, List<HeadName> singles) {

  /** A set that was asked for, and random ones like it. */
  record Asked(String name, List<HeadName> heads, List<SortedSet<HeadName>> random) {}

  static AblationPlan of(
      AblateHeadsAnalysis.Parameters p, List<FoundHeads> found, DecoderSpec spec) {
    List<Asked> sets = new ArrayList<>();
    List<HeadName> given = p.given();
    if (!given.isEmpty()) {
      String name = given.size() == 1 ? given.getFirst().toString() : "given heads";
      sets.add(asked(name, given, p, spec));
    }
    for (FoundHeads one : found) {
      sets.add(asked(one.name(), one.heads(), p, spec));
    }
    List<HeadName> singles =
        p.each()
            ? HeadName.all(spec)
            : sets.stream()
                .filter(set -> set.heads().size() > 1)
                .flatMap(set -> set.heads().stream())
                .distinct()
                .sorted()
                .toList();
    return new AblationPlan(p.kind().stream().distinct().toList(), sets, singles);
  }

  private static Asked asked(
      String name, List<HeadName> heads, AblateHeadsAnalysis.Parameters p, DecoderSpec spec) {
    return new Asked(name, heads, RandomSets.draw(heads, spec, p.match(), p.draws(), p.seed()));
  }

  /** Every ablation to be run, each once. */
  Set<Survey.Job> jobs() {
    Set<Survey.Job> jobs = new LinkedHashSet<>();
    for (AblationKind kind : kinds) {
      for (Asked set : sets) {
        jobs.add(new Survey.Job(kind, set.heads()));
      }
      singles.forEach(head -> jobs.add(new Survey.Job(kind, Set.of(head))));
      for (Asked set : sets) {
        set.random().forEach(random -> jobs.add(new Survey.Job(kind, random)));
      }
    }
    return jobs;
  }
}
