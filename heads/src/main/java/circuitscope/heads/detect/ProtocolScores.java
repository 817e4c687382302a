package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.RankCorrelation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Every head's scores under one protocol.
 *
 * @param protocol name and version
 * @param rules what is drawn, looked for, left out and divided by
 * @param kinds under their words; a kind without a target in these tokens is not there
 */
public record ProtocolScores(
    String protocol, Map<String, Object> rules, TokensRead input, Map<String, KindScores> kinds) {

  /**
   * How alike the protocols order the heads.
   *
   * @param spearman {@code [protocol][protocol]} rank correlation of the heads' scores
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Agreement(String kind, List<String> protocols, double[][] spearman) {}

  /** The agreement on each kind that at least two protocols score. */
  static List<Agreement> agreements(List<ProtocolScores> all) {
    List<Agreement> agreements = new ArrayList<>();
    for (Kind kind : HeadScores.KINDS) {
      Map<String, double[]> ranks = new LinkedHashMap<>();
      for (ProtocolScores one : all) {
        KindScores ofKind = one.kinds().get(kind.word());
        if (ofKind != null) {
          ranks.put(one.protocol(), RankCorrelation.ranks(ofKind.score()));
        }
      }
      if (ranks.size() > 1) {
        List<double[]> columns = List.copyOf(ranks.values());
        double[][] spearman = new double[columns.size()][columns.size()];
        for (int i = 0; i < spearman.length; i++) {
          for (int j = 0; j < spearman.length; j++) {
            spearman[i][j] = RankCorrelation.pearson(columns.get(i), columns.get(j));
          }
        }
        agreements.add(new Agreement(kind.word(), List.copyOf(ranks.keySet()), spearman));
      }
    }
    return agreements;
  }
}
