package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Evidence;
import circuitscope.heads.detect.HeadScores.Head;
import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.HeadScores.Mass;
import circuitscope.heads.detect.HeadScores.Scores;
import circuitscope.heads.detect.HeadScores.Verdict;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts together what is known of each head. */
final class HeadRows {
  private HeadRows() {}

  /**
   * The result.
   *
   * @param scored the first protocol's scores become the heads'
   * @param sums of the first protocol's rows
   */
  static HeadScores result(
      DecoderSpec spec,
      List<ProtocolScores> scored,
      PatternSums sums,
      @Nullable Copying copying,
      @Nullable Successors successors,
      Map<String, String> leftOut) {
    ProtocolScores first = scored.getFirst();
    Map<String, KindScores> kinds = new LinkedHashMap<>(first.kinds());
    if (copying != null) {
      kinds.put("copying", copying.score());
    }
    if (successors != null) {
      kinds.put("successor", successors.score());
    }
    double[] sink = sums.sink();
    double[] self = sums.self();
    List<Head> heads = new ArrayList<>();
    for (HeadName name : HeadName.all(spec)) {
      int i = heads.size();
      heads.add(
          new Head(
              name.toString(),
              name.layer(),
              name.head(),
              scores(kinds, i),
              evidence(kinds, i),
              Mass.of(sink[i], self[i]),
              verdict(first.kinds().get(Kind.INDUCTION.word()), copying, i)));
    }
    return new HeadScores(
        heads,
        first.rules(),
        scored,
        ProtocolScores.agreements(scored),
        copying,
        successors,
        leftOut,
        first.input(),
        spec.layers(),
        spec.attention().heads());
  }

  private static Scores scores(Map<String, KindScores> kinds, int head) {
    return new Scores(
        score(kinds, "previous", head),
        score(kinds, "duplicate", head),
        score(kinds, "induction", head),
        score(kinds, "pattern", head),
        score(kinds, "copying", head),
        score(kinds, "successor", head));
  }

  private static @Nullable Double score(Map<String, KindScores> kinds, String kind, int head) {
    KindScores scores = kinds.get(kind);
    return scores == null ? null : scores.score()[head];
  }

  private static Map<String, Evidence> evidence(Map<String, KindScores> kinds, int head) {
    Map<String, Evidence> evidence = new LinkedHashMap<>();
    kinds.forEach(
        (kind, scores) ->
            evidence.put(
                kind,
                new Evidence(
                    scores.low()[head],
                    scores.high()[head],
                    scores.nullMean()[head],
                    scores.null95th()[head],
                    scores.outstanding(head))));
    return evidence;
  }

  private static @Nullable Verdict verdict(
      @Nullable KindScores prefix, @Nullable Copying copying, int head) {
    if (prefix == null || copying == null || !prefix.outstanding(head)) {
      return null;
    }
    return switch (copying.sign(head)) {
      case 1 -> Verdict.INDUCTION;
      case -1 -> Verdict.ANTI_INDUCTION;
      default -> null;
    };
  }
}
