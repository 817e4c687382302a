package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.List;

/** Runs of which only the answers' positions meet the unembedding. */
final class AnswerRun {
  private AnswerRun() {}

  /**
   * Logits where the answers are predicted; gradients pass through.
   *
   * @param tokens the pairs' rows, any number of times over
   * @param scope owner of the result and of what is made on the way
   * @return {@code [row, vocab]}
   */
  static NDArray logits(
      Model model, PairBatch pairs, TokenBatch tokens, Taps taps, NDManager scope) {
    Answers answers =
        new Answers(Site.of(SiteKind.RESID_POST, model.spec().layers() - 1), pairs, scope);
    model.run(tokens, Taps.all(List.of(taps, answers)));
    return model.readOut(answers.rows.expandDims(1), scope).squeeze(1);
  }

  /** The metric of each row. */
  static double[] metric(
      Model model,
      PairBatch pairs,
      TokenBatch tokens,
      Taps taps,
      PairMetric metric,
      PairTargets targets) {
    try (NDManager scope = model.newManager()) {
      NDArray values = metric.of(logits(model, pairs, tokens, taps, scope), targets);
      return values.toType(DataType.FLOAT64, false).toDoubleArray();
    }
  }

  /** The pairs' answers, with the clean run's distribution where the metric asks for it. */
  static PairTargets targets(
      Model model, PairBatch pairs, int copies, PairMetric metric, NDManager scope) {
    PairTargets targets = pairs.targets(copies, scope);
    if (metric != PairMetric.KL) {
      return targets;
    }
    NDArray clean = logits(model, pairs, pairs.clean(), Taps.NONE, scope);
    return targets.withClean(clean.tile(0, copies));
  }

  private static final class Answers implements Taps {
    private final Site last;
    private final PairBatch pairs;
    private final NDManager scope;
    private NDArray rows;

    Answers(Site last, PairBatch pairs, NDManager scope) {
      this.last = last;
      this.pairs = pairs;
      this.scope = scope;
      this.rows = scope.zeros(new ai.djl.ndarray.types.Shape(1));
    }

    @Override
    public boolean wants(Site site) {
      return site.equals(last);
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      rows = pairs.atAnswers(value); // [row, dModel]
      rows.attach(scope);
      return value;
    }
  }
}
