package circuitscope.heads.sweep;

import circuitscope.heads.causal.Measure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How each checkpoint is measured.
 *
 * @param early earlier token of the in-context-learning score, from 0
 * @param late later token of it
 * @param around tokens on either side in its windowed variant
 * @param period tokens of the block of random tokens that is given twice
 * @param repeatedRows rows of random tokens
 * @param epsilon threshold of a sink
 * @param sinkLength tokens of a sample of the sink rate
 * @param tokensPerExample tokens of each window whose losses go into the principal components
 * @param batch rows run at once
 * @param seed of random tokens, of the tokens picked, and of the bootstrap
 */
public record SweepProtocol(
    int early,
    int late,
    int around,
    int period,
    int repeatedRows,
    double epsilon,
    int sinkLength,
    int tokensPerExample,
    int batch,
    long seed) {

  List<Measure> measures() {
    return List.of(
        Measure.repeated(period),
        Measure.inContext(early, late),
        Measure.inContextWindowed(early, late, around),
        Measure.text());
  }

  /** The protocol in words, for results. */
  Map<String, Object> describe() {
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("name", "circuitscope-sweep/1");
    words.put(
        "induction",
        "mean attention at the follower of the token's earlier copy, random tokens given twice, as"
            + " in heads detect");
    measures().forEach(measure -> words.put(measure.id(), measure.definition()));
    words.put(
        "sink_rate",
        "share of (sample, layer, head) with mean attention on the first token above %s, %d tokens a sample"
            .formatted(epsilon, sinkLength));
    words.put(
        "principal_components",
        "of the losses of %d token(s) at fixed random places of each window, all checkpoints together, centred by token"
            .formatted(tokensPerExample));
    words.put("intervals", "95 % percentile bootstrap over rows");
    words.put("seed", seed);
    return words;
  }
}
