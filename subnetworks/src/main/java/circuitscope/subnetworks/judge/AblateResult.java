package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The loss of a model with and without a subnetwork, and with and without random ones, in bits a
 * token.
 *
 * @param cost what is lost without the subnetwork: its loss over the full model's
 * @param randomCosts the same for each random mask
 * @param ratio of the cost to the mean of the random ones; infinite when these cost nothing
 */
public record AblateResult(
    String mask,
    long active,
    long total,
    String control,
    Estimate full,
    Estimate subnetwork,
    Estimate without,
    double[] random,
    double[] withoutRandom,
    Estimate cost,
    double[] randomCosts,
    double meanRandomCost,
    double ratio,
    TokensRead input,
    @JsonIgnore float[] firstFullBits,
    @JsonIgnore float[] firstSubnetworkBits,
    @JsonIgnore float[] firstBigramBits,
    @JsonIgnore List<String> labels)
    implements Result {

  static AblateResult of(
      AblateAnalysis.Parameters p,
      Mask mask,
      Surprisals full,
      Surprisals alone,
      Surprisals without,
      List<double[]> randomAlone,
      List<double[]> withoutRandom,
      Judge judge,
      List<String> labels) {
    double[] fullMeans = full.means();
    double[] withoutMeans = without.means();
    double[] differences = new double[fullMeans.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = withoutMeans[i] - fullMeans[i];
    }
    Estimate fullLoss = Estimate.mean(fullMeans, p.seed());
    double[] random = withoutRandom.stream().mapToDouble(AblateResult::mean).toArray();
    double[] costs = Arrays.stream(random).map(loss -> loss - fullLoss.value()).toArray();
    Estimate cost = Estimate.mean(differences, p.seed());
    double meanCost = mean(costs);
    return new AblateResult(
        p.mask(),
        mask.active(),
        mask.total(),
        p.control().name().toLowerCase(Locale.ROOT),
        fullLoss,
        Estimate.mean(alone.means(), p.seed()),
        Estimate.mean(withoutMeans, p.seed()),
        randomAlone.stream().mapToDouble(AblateResult::mean).toArray(),
        random,
        cost,
        costs,
        meanCost,
        meanCost > 0 ? cost.value() / meanCost : Double.POSITIVE_INFINITY,
        judge.read(),
        full.padded()[0],
        alone.padded()[0],
        judge.bigrams().bits()[0],
        labels);
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElse(Double.NaN);
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "loss in bits a token: full model %.3f, subnetwork alone %.3f, without it %.3f%nthe"
            + " subnetwork (%,d weights) costs %.3f [%.3f, %.3f]%n%d random masks, matched by %s,"
            + " cost %.4f on average (%.4f to %.4f): %.1f times less%n",
        full.value(),
        subnetwork.value(),
        without.value(),
        active,
        cost.value(),
        cost.low(),
        cost.high(),
        randomCosts.length,
        control,
        meanRandomCost,
        Arrays.stream(randomCosts).min().orElse(Double.NaN),
        Arrays.stream(randomCosts).max().orElse(Double.NaN),
        ratio);
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "loss", "mean surprisal of positions 0 to T-2, infinities as the largest finite one",
        "intervals", "95 % percentile bootstrap over sequences; random masks: least to most",
        "tokens", input.policy());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    double[] values = {
      full.value(), subnetwork.value(), mean(random), without.value(), mean(withoutRandom)
    };
    double[] low = {
      full.low(), subnetwork.low(), least(random), without.low(), least(withoutRandom)
    };
    double[] high = {
      full.high(), subnetwork.high(), most(random), without.high(), most(withoutRandom)
    };
    Map<String, float[]> bits = new LinkedHashMap<>();
    bits.put("full model", firstFullBits);
    bits.put("subnetwork", firstSubnetworkBits);
    bits.put("bigram table", firstBigramBits);
    return List.of(
        new Bars(
            new Heading(
                "ablation",
                "Loss with and without the subnetwork",
                "Random masks are matched by %s; %d draws.".formatted(control, random.length)),
            "",
            PlotAxis.linear("loss (bits a token)"),
            List.of(
                "full model",
                "subnetwork alone",
                "random alone",
                "subnetwork ablated",
                "random ablated"),
            List.of(
                new Bars.Group(
                    "loss",
                    values,
                    new Interval(low, high, "95 % bootstrap interval; random: least to most")))),
        SurprisalStrips.sheet("The first sequence.", labels, bits));
  }

  private static double least(double[] values) {
    return Arrays.stream(values).min().orElse(Double.NaN);
  }

  private static double most(double[] values) {
    return Arrays.stream(values).max().orElse(Double.NaN);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    rows.add(List.of("full model", full.value(), full.low(), full.high()));
    rows.add(List.of("subnetwork", subnetwork.value(), subnetwork.low(), subnetwork.high()));
    rows.add(List.of("without", without.value(), without.low(), without.high()));
    for (int i = 0; i < withoutRandom.length; i++) {
      rows.add(List.of("random " + i, random[i], Double.NaN, Double.NaN));
      rows.add(List.of("without random " + i, withoutRandom[i], Double.NaN, Double.NaN));
    }
    return List.of(new DataTable("ablation", List.of("variant", "loss_bits", "low", "high"), rows));
  }
}
