package circuitscope.heads.streaming;

import circuitscope.probes.model.CachePolicy;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A way to go on reading when there is more text than the cache holds. */
public enum StreamMethod {
  /** Nothing is evicted. */
  DENSE,
  /** The last tokens, each window computed afresh: the sliding window's upper bound. */
  RECOMPUTE,
  /** The last tokens, positions counted inside the cache. */
  WINDOW,
  /** The last tokens, positions their own. */
  WINDOW_ORIGINAL,
  /** The first tokens and the last, positions counted inside the cache. */
  SINKS,
  /** The first tokens and the last, positions their own. */
  SINKS_ORIGINAL;

  /** The name in options, results and figures. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether positions are those inside the cache (or the window). */
  public boolean reindexed() {
    return this == WINDOW || this == SINKS;
  }

  public boolean keepsSinks() {
    return this == SINKS || this == SINKS_ORIGINAL;
  }

  /** Whether this is a cell of {keep sinks, drop them} × {re-index positions, keep them}. */
  public boolean evicts() {
    return this != DENSE && this != RECOMPUTE;
  }

  /**
   * What the cache keeps. All methods keep equally many tokens: without sinks, as many more recent
   * ones.
   *
   * @param tokens of the stream
   */
  CachePolicy policy(int sinks, int recent, int tokens) {
    return switch (this) {
      case DENSE -> CachePolicy.dense(tokens);
      case RECOMPUTE, WINDOW, WINDOW_ORIGINAL -> new CachePolicy(0, sinks + recent, reindexed());
      case SINKS, SINKS_ORIGINAL -> new CachePolicy(sinks, recent, reindexed());
    };
  }

  /** Why a model cannot do this, or null when it can. */
  @Nullable String refusal(DecoderSpec spec) {
    return reindexed() && spec.learnedPositions()
        ? "%s re-indexes positions, which does not apply to the learned absolute positions of a %s"
                .formatted(label(), spec.family())
            + " model: they are added to the stream before keys are made"
        : null;
  }

  /**
   * The methods to run.
   *
   * @param asked empty for all that the model can do
   * @throws IllegalArgumentException for one that it cannot
   */
  static List<StreamMethod> chosen(List<StreamMethod> asked, DecoderSpec spec) {
    List<StreamMethod> possible =
        Arrays.stream(values()).filter(method -> method.refusal(spec) == null).toList();
    for (StreamMethod method : asked) {
      if (method.refusal(spec) != null) {
        throw new IllegalArgumentException(
            "%s; use --methods %s"
                .formatted(
                    method.refusal(spec),
                    String.join(",", possible.stream().map(StreamMethod::label).toList())));
      }
    }
    if (!asked.isEmpty()) {
      return asked.stream().distinct().toList();
    }
    boolean distancesOnly = onlyDistancesCount(spec);
    return possible.stream()
        .filter(method -> !(method == WINDOW_ORIGINAL && distancesOnly))
        .toList();
  }

  /** Whether re-indexing without sinks changes nothing, since attention sees distances alone. */
  static boolean onlyDistancesCount(DecoderSpec spec) {
    return switch (spec.positions()) {
      case Positions.Learned _ -> false;
      case Positions.Rotating _ -> true;
      case Positions.Alibi alibi -> !alibi.halfPrecision(); // rounded by position
    };
  }
}
