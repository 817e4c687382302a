package circuitscope.heads.sinks;

import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sinks that one kind of tokens shows. Intervals are 95 % bootstrap intervals over samples.
 *
 * @param tokens natural, random or repeated
 * @param positions the first key positions
 * @param layers share of a layer's heads for which key 0 is a sink
 * @param heads by layer and head
 * @param alphaByPosition {@code [key]} α, mean over heads and samples
 * @param uniformByPosition {@code [key]} α under uniform attention
 * @param beyond where attention goes that is not on key 0
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record SinkProfile(
    String tokens,
    List<Position> positions,
    List<Layer> layers,
    List<Head> heads,
    MaximumNull maximum,
    Surface surface,
    double[] alphaByPosition,
    double[] uniformByPosition,
    Beyond beyond,
    TokensRead input) {

  /**
   * One key position.
   *
   * @param rate share of heads with α above ε
   * @param alpha mean over samples, layers and heads
   * @param timesUniform {@code alpha} over α of uniform attention, {@code uniformAlpha}
   * @param ceiling of {@code timesUniform}, were α 1
   */
  public record Position(
      int key,
      Estimate rate,
      double alpha,
      double uniformAlpha,
      double timesUniform,
      double ceiling) {}

  /** One layer, key 0. */
  public record Layer(int layer, Estimate rate, double alpha0, double timesUniform) {}

  /**
   * One head, key 0.
   *
   * @param p chance that the largest of all heads reaches this α by dealing attention at random; 1
   *     replicate in R + 1 at least. Null when the null was not drawn.
   */
  public record Head(HeadName head, Estimate alpha0, double timesUniform, @Nullable Double p) {}

  /**
   * The largest α_0 over heads beside what selection alone gives; all × uniform.
   *
   * @param permutations replicates drawn; the quantiles are NaN for none
   */
  public record MaximumNull(
      HeadName head, double observed, double median, double p95, double p99, int permutations) {}

  /**
   * The rate over thresholds and lengths.
   *
   * @param rate {@code [key][length][epsilon]}; NaN where a length does not hold the key
   * @param key0 {@code [length][epsilon]} of key 0 with its interval
   * @param uniformAlpha {@code [length]} of key 0
   */
  public record Surface(
      int[] lengths,
      double[] epsilons,
      double[][][] rate,
      List<List<Estimate>> key0,
      double[] uniformAlpha) {}

  /**
   * Attention without key 0, by distance from query to key.
   *
   * @param heads by layer and head
   * @param uniform the same under uniform attention
   */
  public record Beyond(List<String> distances, List<Rest> heads, Rest uniform) {}

  /**
   * What is left of one head's attention.
   *
   * @param head null for uniform attention
   * @param surviving share of attention that is not on key 0
   * @param byDistance how that share is spread, summing to 1; NaN when nothing is left
   */
  public record Rest(@Nullable HeadName head, double surviving, double[] byDistance) {}
}
