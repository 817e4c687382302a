package circuitscope.heads.causal;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/** Every measure of a model without various sets of heads, each set run once. */
final class Survey {
  /** One ablation: how, and of which heads. */
  record Job(AblationKind kind, SortedSet<HeadName> heads) {
    Job(AblationKind kind, Collection<HeadName> heads) {
      this(kind, new TreeSet<>(heads));
    }
  }

  private final AblatedRuns runs;
  private final List<Sample> samples;
  private final List<Measure> measures;
  private final double[][] untouched; // [measure][row]
  private final Map<Job, double[][]> changes = new HashMap<>(); // [measure][row]

  Survey(AblatedRuns runs, List<Sample> samples, List<Measure> measures) {
    this.runs = runs;
    this.samples = samples;
    this.measures = measures;
    this.untouched = values(new Job(AblationKind.ZERO, Set.of()));
  }

  /** Runs what has not been run yet. */
  void run(Collection<Job> jobs, Progress progress) {
    Set<Job> missing = new LinkedHashSet<>(jobs);
    missing.removeAll(changes.keySet());
    progress.begin(missing.size(), "ablations");
    for (Job job : missing) {
      double[][] change = values(job);
      for (int m = 0; m < change.length; m++) {
        for (int row = 0; row < change[m].length; row++) {
          change[m][row] -= untouched[m][row];
        }
      }
      changes.put(job, change);
      progress.advance(1);
    }
  }

  private double[][] values(Job job) {
    double[][] values = new double[measures.size()][];
    for (Sample sample : samples) {
      float[][] losses = runs.losses(job.kind(), job.heads(), sample);
      for (int m = 0; m < values.length; m++) {
        if (measures.get(m).source() == sample.source()) {
          values[m] = measures.get(m).of(losses);
        }
      }
    }
    return values;
  }

  /** The measures of the untouched model, in their order. */
  List<Estimate> baseline(long seed) {
    List<Estimate> estimates = new ArrayList<>();
    for (double[] values : untouched) {
      estimates.add(Estimate.mean(values, seed));
    }
    return estimates;
  }

  /** What a measure gains by an ablation that was run, by row. */
  double[] changes(Job job, int measure) {
    double[][] change = changes.get(job);
    if (change == null) {
      throw new IllegalStateException(job + " was not run");
    }
    return change[measure];
  }

  /** The mean over rows of what a measure gains by an ablation that was run. */
  double change(Job job, int measure) {
    double sum = 0;
    double[] rows = changes(job, measure);
    for (double one : rows) {
      sum += one;
    }
    return sum / rows.length;
  }
}
