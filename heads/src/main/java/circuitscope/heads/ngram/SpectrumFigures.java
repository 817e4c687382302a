package circuitscope.heads.ngram;

import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.CellAxis;
import circuitscope.viz.figure.CellMask;
import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.Matrix;
import circuitscope.viz.figure.PlotAxis;
import java.util.Arrays;
import java.util.List;

/** The spectrum of many heads, and of the best one. */
final class SpectrumFigures {
  private static final int HEADS_SHOWN = 16;

  private SpectrumFigures() {}

  static List<Figure> of(NgramSpectrum spectrum) {
    return List.of(heatmap(spectrum), bars(spectrum.best().getFirst(), spectrum));
  }

  private static Figure heatmap(NgramSpectrum spectrum) {
    List<NgramSpectrum.Head> shown = spectrum.best().stream().limit(HEADS_SHOWN).toList();
    int orders = spectrum.orders().size() - 1;
    float[][] values = new float[shown.size()][orders];
    for (int row = 0; row < values.length; row++) {
      for (int i = 0; i < orders; i++) {
        values[row][i] = (float) shown.get(row).spectrum().get(i + 1).beyond();
      }
    }
    return new Heatmap(
        new Heading(
            "ngram-spectrum",
            "n-gram spectrum of the heads",
            "Attention to a key that follows the last n-1 tokens, minus that to a key that matches"
                + " one token less, minus the same with the keys of other rows; best heads on top. "
                + capital(NgramSpectrum.CONVENTION)
                + "."),
        Matrix.of(values),
        new CellAxis(
            "head (order found)",
            shown.stream().map(head -> head.head() + " (" + head.order() + ")").toList()),
        new CellAxis("order n (n-1 tokens matched)", names(spectrum)),
        Colours.signed("excess per target beyond position"),
        CellMask.NONE);
  }

  private static Figure bars(NgramSpectrum.Head head, NgramSpectrum spectrum) {
    List<NgramSpectrum.Score> scores = head.spectrum().subList(1, head.spectrum().size());
    double[] values = scores.stream().mapToDouble(NgramSpectrum.Score::beyond).toArray();
    double[] low = values.clone();
    double[] high = values.clone();
    for (int i = 0; i < values.length; i++) {
      Estimate excess = scores.get(i).excessBeyondPosition();
      if (excess != null) {
        low[i] = excess.low();
        high[i] = excess.high();
      }
    }
    double[] limit =
        spectrum.orders().stream()
            .skip(1)
            .mapToDouble(
                order -> order.largestOfSwaps() == null ? Double.NaN : order.largestOfSwaps())
            .toArray();
    return new Bars(
        new Heading(
            "ngram-best-head",
            "n-gram spectrum of %s: order %d".formatted(head.head(), head.order()),
            "The null is the largest excess of any head when the targets and decoys are those of"
                + " other rows. "
                + capital(NgramSpectrum.CONVENTION)
                + "."),
        "order n (n-1 tokens matched)",
        PlotAxis.linear("excess per target beyond position"),
        names(spectrum),
        List.of(
            new Bars.Group(
                head.head().toString(),
                values,
                new Interval(low, high, "95 % bootstrap interval over sequences")),
            new Bars.Group("null: largest of all heads, 95th percentile", limit)));
  }

  private static List<String> names(NgramSpectrum spectrum) {
    return spectrum.orders().stream().skip(1).map(order -> Integer.toString(order.n())).toList();
  }

  private static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  static double percentile(double[] values, double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * sorted.length) - 1];
  }
}
