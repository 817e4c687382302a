package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.ProtocolScores.Agreement;
import circuitscope.probes.analysis.DataTable;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/** Protocols side by side. */
final class ProtocolFigures {
  private static final int SHOWN_HEADS = 16;

  private ProtocolFigures() {}

  static List<Figure> of(HeadScores result) {
    List<Figure> figures = new ArrayList<>();
    for (Agreement agreement : result.rankCorrelation()) {
      int count = agreement.protocols().size();
      float[] values = new float[count * count];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) agreement.spearman()[i / count][i % count];
      }
      CellAxis names = new CellAxis("", shortened(agreement.protocols()));
      figures.add(
          new Heatmap(
              new Heading(
                  "protocols-" + agreement.kind() + "-rank",
                  "Do protocols order %s heads alike?".formatted(agreement.kind()),
                  "Spearman's rank correlation of all heads' scores between protocols."),
              new Matrix(count, count, values),
              names,
              names,
              Colours.signed("rank correlation").withRange(-1, 1),
              CellMask.NONE));
      figures.add(sideBySide(result, agreement));
    }
    return figures;
  }

  /** The best heads under any protocol, each column a protocol. */
  private static Figure sideBySide(HeadScores result, Agreement agreement) {
    List<double[]> columns =
        result.protocols().stream()
            .filter(one -> one.kinds().containsKey(agreement.kind()))
            .map(one -> Objects.requireNonNull(one.kinds().get(agreement.kind())).score())
            .toList();
    int[] best =
        IntStream.range(0, result.heads().size())
            .boxed()
            .sorted(Comparator.comparingDouble(head -> -columns.getFirst()[head]))
            .limit(SHOWN_HEADS)
            .mapToInt(Integer::intValue)
            .toArray();
    float[] values = new float[best.length * columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) columns.get(i % columns.size())[best[i / columns.size()]];
    }
    return new Heatmap(
        new Heading(
            "protocols-" + agreement.kind() + "-scores",
            "%s heads under each protocol"
                .formatted(
                    agreement.kind().substring(0, 1).toUpperCase(Locale.ROOT)
                        + agreement.kind().substring(1)),
            "The %d heads with the highest score under %s; scores of different protocols are not on one scale, and abs may lie below 0."
                .formatted(best.length, agreement.protocols().getFirst())),
        new Matrix(best.length, columns.size(), values),
        new CellAxis(
            "head", IntStream.of(best).mapToObj(head -> result.heads().get(head).head()).toList()),
        new CellAxis("", shortened(agreement.protocols())),
        Colours.probability("score"),
        CellMask.NONE);
  }

  private static List<String> shortened(List<String> protocols) {
    return protocols.stream()
        .map(
            name ->
                name.substring(0, name.lastIndexOf('/'))
                    .replace("transformerlens-", "TL ")
                    .replace("olsson-prefix-matching", "Olsson")
                    .replace("circuitscope-", ""))
        .toList();
  }

  /** The lowest agreement with the first protocol, for people. */
  static String inWords(HeadScores result) {
    StringBuilder text = new StringBuilder();
    for (Agreement agreement : result.rankCorrelation()) {
      double[] first = agreement.spearman()[0];
      int lowest =
          IntStream.range(1, first.length)
              .boxed()
              .min(Comparator.comparingDouble(i -> first[i]))
              .orElse(0);
      text.append(
          String.format(
              Locale.ROOT,
              "%s heads: of %d protocols, %s agrees least with %s (rank correlation %.2f)%n",
              agreement.kind(),
              first.length,
              agreement.protocols().get(lowest),
              agreement.protocols().getFirst(),
              first[lowest]));
    }
    return text.toString();
  }

  /** One row for each head, protocol and kind. */
  static DataTable table(HeadScores result) {
    List<List<Object>> rows = new ArrayList<>();
    for (ProtocolScores protocol : result.protocols()) {
      for (Kind kind : Kind.values()) {
        KindScores scores = protocol.kinds().get(kind.word());
        for (int head = 0; scores != null && head < scores.score().length; head++) {
          rows.add(
              List.of(
                  result.heads().get(head).head(),
                  protocol.protocol(),
                  kind.word(),
                  scores.score()[head],
                  scores.low()[head],
                  scores.high()[head],
                  scores.nullMean()[head],
                  scores.null95th()[head],
                  scores.nullOfMaximum().percentile95(),
                  scores.surviving() == null ? "" : scores.surviving()[head]));
        }
      }
    }
    return new DataTable(
        "protocols",
        List.of(
            "head",
            "protocol",
            "kind",
            "score",
            "low",
            "high",
            "null_mean",
            "null_95th",
            "null_of_maximum_95th",
            "surviving"),
        rows);
  }
}
