package circuitscope.heads.ngram;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * n-gram heads of order n, with the exact-order scheme.
 *
 * <p>Order n attends to followers of the last n−1 tokens (order 2 is ordinary induction; n_code =
 * n−1). For a query, T_n are the keys that match n−1 tokens and D_n those that match n−2 and not
 * n−1. The score is the mean of Σ_T A; the excess, where both are not empty, that of Σ_T A − Σ_D A,
 * also per target. To a head of lower order T and D are alike, so its excess per target is 0,
 * unless it looks at distances at which targets happen to lie: what the sets of other rows bring on
 * the same patterns is taken off. Looking there is not yet using it: ablate what is found ({@code
 * heads icll --ablate}).
 */
public final class NgramAnalysis implements Analysis<NgramAnalysis.Parameters, NgramSpectrum> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Largest order; order n matches n-1 tokens", byDefault = "6", min = 2, max = 16)
          int maxOrder,
      @Param(help = "Rows to make when no text is given; default blocks", optional = true)
          NgramInputs.@Nullable Source source,
      @Param(help = "Rows at most", byDefault = "64", min = 10, unit = "rows") int samples,
      @Param(
              help = "Tokens a row of text or of automata's strings",
              byDefault = "128",
              min = 8,
              max = NgramInputs.MAX_LENGTH,
              unit = "tokens")
          int length,
      @Param(help = "Blocks: first tokens that share a stem", byDefault = "2", min = 2)
          int contexts,
      @Param(help = "Blocks: how often each stands in a row", byDefault = "3", min = 2) int copies,
      @Param(help = "Whether made rows begin with the start token", byDefault = "auto")
          NgramInputs.StartToken startToken,
      @Param(
              help = "Count a query as its own key where a token repeats at once",
              byDefault = "false")
          boolean selfTarget,
      @Param(
              help = "Times that rows are laid over the patterns of others, for the null",
              byDefault = "100",
              min = 20,
              max = 10000)
          int swaps,
      @Param(
              help = "Smallest excess per target beyond position that makes an order",
              byDefault = "0.01",
              min = 0,
              max = 1)
          double least,
      @Param(help = "Rows run at once, at most", byDefault = "8", min = 1, unit = "rows") int batch,
      @Param(help = "Seed of rows, swaps and bootstrap", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "heads.ngram";
  }

  @Override
  public String title() {
    return "n-gram heads";
  }

  @Override
  public String description() {
    return "The n-gram spectrum of every head: does it attend to what followed the last n-1 tokens,"
        + " rather than only n-2 of them? Order 2 is ordinary induction. On made rows in which the"
        + " orders disagree, or on text.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --max-order 4 --out spectrum";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.OPTIONAL;
  }

  @Override
  public NgramSpectrum run(Subject subject, Parameters p, Progress progress) {
    NgramInputs inputs = NgramInputs.of(subject, p);
    int rows = inputs.rows().size();
    if (rows < SpectrumStatistics.LEAST_ROWS) {
      throw new IllegalArgumentException(
          "%s: %d rows of %d tokens; intervals and null need %d or more, give more text or lower"
                  .formatted(
                      inputs.read().source(),
                      rows,
                      inputs.rows().getFirst().length,
                      SpectrumStatistics.LEAST_ROWS)
              + " --length");
    }
    SpectrumSums sums = new SpectrumSums(subject.model().spec(), inputs.rows(), p);
    SpectrumRun run = new SpectrumRun(subject.model(), inputs.rows(), sums);
    int atOnce = run.rowsAtOnce(p.batch());
    progress.begin(rows, "rows");
    for (int from = 0; from < rows; from += atOnce) {
      int to = Math.min(rows, from + atOnce);
      run.rows(from, to);
      progress.advance(to - from);
    }
    SpectrumStatistics statistics = new SpectrumStatistics(sums, p);
    requireRepeats(statistics.orders(), inputs);
    List<NgramSpectrum.Head> heads = new ArrayList<>();
    for (HeadName name : HeadName.all(subject.model().spec())) {
      heads.add(statistics.head(name, heads.size()));
      progress.checkCancelled();
    }
    return new NgramSpectrum(
        NgramSpectrum.CONVENTION, statistics.orders(), heads, protocol(p), inputs.read());
  }

  private static void requireRepeats(List<NgramSpectrum.OrderInput> orders, NgramInputs inputs) {
    if (orders.stream().allMatch(order -> order.largestOfSwaps() == null)) {
      throw new IllegalArgumentException(
          ("%s: too few repeats in it; order 2 needs %d or more rows with a token that comes"
                  + " again, and there are %d queries with one in %d rows. Give more text or lower"
                  + " --length")
              .formatted(
                  inputs.read().source(),
                  SpectrumStatistics.LEAST_ROWS,
                  orders.get(1).queriesThatDisagree(),
                  inputs.rows().size()));
    }
  }

  private static Map<String, Object> protocol(Parameters p) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-ngram-spectrum/1");
    protocol.put("convention", NgramSpectrum.CONVENTION);
    protocol.put("targets", "T_n: keys j <= i with x[i-n+2..i] = x[j-n+1..j-1]");
    protocol.put("decoys", "D_n: keys that match n-2 tokens and not n-1");
    protocol.put("score", "mean of the attention on T_n over queries with targets");
    protocol.put(
        "excess",
        "mean of attention on T_n minus D_n over queries with both; per target: each"
            + " divided by the size of its set");
    protocol.put(
        "self_target",
        p.selfTarget()
            ? "j = i counts where a token repeats at once"
            : "j = i is no target of n >= 2; among the decoys of n = 2 it stands");
    protocol.put(
        "position",
        "the excess per target of the same patterns with the sets of other rows, mean of %d swaps, is"
                .formatted(p.swaps())
            + " taken off: a head that looks at fixed distances is left with 0");
    protocol.put("null", "the largest of all heads in each swap, each around its mean over swaps");
    protocol.put(
        "verdict",
        ("order of a head: the largest n >= 2 whose excess per target beyond position has a 95 %%"
             + " interval above 0, exceeds the 95th percentile of the null, and is at least %s; 1"
             + " if none")
            .formatted(p.least()));
    protocol.put("intervals", "95 % percentile bootstrap over rows");
    protocol.put("least_rows", SpectrumStatistics.LEAST_ROWS);
    protocol.put("seed", p.seed());
    return protocol;
  }
}
