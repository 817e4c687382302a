package circuitscope.heads.detect;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One head's attention pattern: on one row, averaged over several, or one less another.
 *
 * @param tokens labels of the first row's tokens
 * @param other labels of the tokens whose pattern is subtracted; null when none is
 * @param against whose pattern is subtracted, in a few words; null when none is
 * @param rows averaged over
 * @param withoutSink whether key 0 is left out and the rest of each query brought to a sum of 1
 * @param surviving attention that key 0 leaves, as a mean over queries from 1 on; of a difference
 *     the mean of both
 * @param distance total variation distance between the two patterns, as a mean over queries; null
 *     for one
 * @param weights row-major {@code [query, key]}
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record HeadPattern(
    String head,
    List<String> tokens,
    @Nullable List<String> other,
    @Nullable String against,
    int rows,
    boolean withoutSink,
    double surviving,
    @Nullable Double distance,
    TokensRead input,
    @JsonIgnore float[] weights)
    implements Result {

  /**
   * This pattern less another of as many tokens: of another model, say.
   *
   * @param name what the other is called
   * @throws IllegalArgumentException when they have not as many tokens
   */
  public HeadPattern minus(HeadPattern subtracted, String name) {
    if (subtracted.tokens.size() != tokens.size()) {
      throw new IllegalArgumentException(
          "the patterns have %d and %d tokens; they can be subtracted only where token stands"
                  .formatted(tokens.size(), subtracted.tokens.size())
              + " against token");
    }
    float[] difference = new float[weights.length];
    double distances = 0;
    for (int i = 0; i < difference.length; i++) {
      difference[i] = weights[i] - subtracted.weights[i];
      distances += Math.abs(difference[i]);
    }
    return new HeadPattern(
        head,
        tokens,
        subtracted.tokens,
        name,
        rows,
        withoutSink,
        (surviving + subtracted.surviving) / 2,
        distances / 2 / tokens.size(),
        input,
        difference);
  }

  /** The attention from one token to another, or its difference. */
  public float at(int query, int key) {
    return weights[query * tokens.size() + key];
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    int size = tokens.size();
    for (int query = 0; query < size; query++) {
      int best = 0;
      for (int key = 1; key <= query; key++) {
        best = Math.abs(at(query, key)) > Math.abs(at(query, best)) ? key : best;
      }
      text.append(
          String.format(
              Locale.ROOT,
              "%4d %-16s %s %4d %-16s %.3f%n",
              query,
              tokens.get(query),
              other == null ? "looks most at" : "differs most at",
              best,
              tokens.get(best),
              at(query, best)));
    }
    text.append(String.format(Locale.ROOT, "attention beyond the first token: %.3f%n", surviving));
    if (distance != null) {
      text.append(String.format(Locale.ROOT, "total variation distance: %.3f%n", distance));
    }
    return text.toString();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public Map<String, Object> protocol() {
    return Map.of(
        "pattern",
        (withoutSink
                ? "key 0 left out, each query's rest brought to 1, [query, key]"
                : "after the softmax, [query, key]")
            + (rows > 1 ? ", averaged over %d rows".formatted(rows) : "")
            + (against == null ? "" : ", less that of " + against));
  }

  @Override
  public List<Figure> figures() {
    return PatternFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    Object far = distance == null ? "" : distance;
    return List.of(
        new DataTable(
            "pattern",
            List.of("head", "rows", "surviving_without_sink", "distance"),
            List.of(List.of(head, rows, surviving, far))));
  }

  @Override
  public List<TensorSource> tensors() {
    return List.of(
        TensorSource.of("pattern", new TensorShape(tokens.size(), tokens.size()), weights));
  }
}
