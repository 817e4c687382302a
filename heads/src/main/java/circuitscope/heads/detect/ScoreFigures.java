package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Heads as layers × heads planes, one a kind. */
final class ScoreFigures {
  private ScoreFigures() {}

  static List<Figure> of(HeadScores result) {
    List<Figure> figures = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      if (result.scored(kind)) {
        double[] scores =
            result.heads().stream()
                .mapToDouble(head -> Objects.requireNonNullElse(head.scores().of(kind), 0.0))
                .toArray();
        figures.add(
            plane(
                result,
                new Heading(
                    "heads-" + kind.word(),
                    kind.title,
                    "Attention probability %s, of every head, under %s."
                        .formatted(kind.target, result.protocol().get("name"))),
                scores,
                Colours.probability("mean attention")));
      }
    }
    Copying copying = result.copying();
    if (copying != null) {
      figures.add(
          plane(
              result,
              new Heading(
                  "heads-copying",
                  "Copying heads",
                  "Share of all raises of tokens in the context that goes to the attended ones"
                      + " (Olsson et al. 2022), of every head."),
              copying.share(),
              Colours.probability("share of raises, r′")));
      if (result.scored(Kind.INDUCTION)) {
        figures.addAll(HeadPlane.of(result, copying));
      }
    }
    if (result.successor() != null) {
      figures.add(
          plane(
              result,
              new Heading(
                  "heads-successor",
                  "Successor heads",
                  "Share of ordinal tokens whose successor is raised most, of every head."),
              result.successor().score().score(),
              Colours.probability("share of tokens")));
    }
    figures.addAll(ProtocolFigures.of(result));
    return figures;
  }

  private static Figure plane(
      HeadScores result, Heading heading, double[] scores, Colours colours) {
    float[] values = new float[scores.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) scores[i];
    }
    return new Heatmap(
        heading,
        new Matrix(result.layers(), result.headsOfLayer(), values),
        new CellAxis("layer", names(result.layers())),
        new CellAxis("head", names(result.headsOfLayer())),
        colours,
        CellMask.NONE);
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }
}
