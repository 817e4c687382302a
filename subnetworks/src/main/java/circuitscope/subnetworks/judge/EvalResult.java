package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A subnetwork judged.
 *
 * @param positions scored positions
 * @param infinite of them those whose pair the table never saw: clamped, or dropped
 * @param backedOff of them those whose token the table never saw as a context
 */
public record EvalResult(
    @JsonUnwrapped Judgement judgement,
    long positions,
    long infinite,
    long backedOff,
    TokensRead input,
    @JsonIgnore float[] firstBigramBits,
    @JsonIgnore List<String> labels)
    implements Result {

  static EvalResult of(Judgement judgement, Judge judge, List<String> labels) {
    BigramSurprisals bigrams = judge.bigrams();
    long positions = (long) bigrams.bits().length * bigrams.bits()[0].length;
    return new EvalResult(
        judgement,
        positions,
        bigrams.infinite(),
        bigrams.backedOff(),
        judge.read(),
        bigrams.bits()[0],
        labels);
  }

  @Override
  public String summary() {
    Judgement j = judgement;
    return String.format(
        Locale.ROOT,
        "%s: %,d of %,d weights (%.3f %%)%n"
            + "r with bigrams %.4f [%.4f, %.4f] clamped, %.4f [%.4f, %.4f] dropped%n"
            + "%.4f bits to the bigram distribution, loss %.4f bits%n"
            + "over %,d positions; %,d pairs never seen, %,d tokens never seen as a context%n",
        j.mask(),
        j.active(),
        j.total(),
        100 * j.share(),
        j.pearsonClamp(),
        j.pearsonClampInterval().low(),
        j.pearsonClampInterval().high(),
        j.pearsonDrop(),
        j.pearsonDropInterval().low(),
        j.pearsonDropInterval().high(),
        j.crossEntropyBits(),
        j.lossBits(),
        positions,
        infinite,
        backedOff);
  }

  @Override
  public Map<String, Object> protocol() {
    return protocol(input);
  }

  static Map<String, Object> protocol(TokensRead input) {
    return Map.of(
        "clamp", "infinite surprisals as the largest finite one, softmax over the tokenizer's ids",
        "drop", "positions with an infinite bigram surprisal left out, softmax over all rows",
        "intervals", "95 % percentile bootstrap over sequences, 1000 resamples",
        "tokens", input.policy());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    Map<String, float[]> bits = new LinkedHashMap<>();
    bits.put("model", judgement.firstSequenceBits());
    bits.put("bigram table", firstBigramBits);
    return List.of(SurprisalStrips.sheet("The first sequence.", labels, bits));
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Mask.MatrixCount count : judgement.byMatrix()) {
      rows.add(List.of(count.name(), count.active(), count.total()));
    }
    return List.of(new DataTable("by-matrix", List.of("name", "active", "total"), rows));
  }
}
