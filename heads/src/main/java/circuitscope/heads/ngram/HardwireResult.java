package circuitscope.heads.ngram;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The loss with and without a hard-wired n-gram layer, in nats a token, on held-out windows.
 *
 * @param matched tokens that each attention matches; order is one more
 * @param coverage of each: the share of held-out queries that match anything
 * @param gainNats by how much the layer lowers the loss
 * @param controlGainNats by how much the control does, whose attention goes to random keys
 * @param beyondControlNats the layer's gain minus the control's
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record HardwireResult(
    int layer,
    List<Integer> matched,
    List<Double> coverage,
    int steps,
    Estimate lossNats,
    Estimate hardwiredLossNats,
    Estimate controlLossNats,
    Estimate gainNats,
    Estimate controlGainNats,
    Estimate beyondControlNats,
    Map<String, Object> protocol,
    TokensRead input,
    @JsonIgnore float[] trainingNats,
    @JsonIgnore float[] controlTrainingNats)
    implements Result {
  /** Points of the training curves; longer ones are averaged in bins. */
  private static final int CURVE_POINTS = 50;

  static HardwireResult of(
      HardwireAnalysis.Parameters p,
      double[] base,
      HardwireAnalysis.Trained hardwired,
      HardwireAnalysis.Trained control,
      HardwireTexts texts) {
    long seed = p.seed();
    return new HardwireResult(
        p.layer(),
        p.matched(),
        p.matched().stream().map(m -> NgramAttention.coverage(texts.heldOut(), m)).toList(),
        p.steps(),
        Estimate.mean(base, seed),
        Estimate.mean(hardwired.heldOut(), seed),
        Estimate.mean(control.heldOut(), seed),
        Estimate.mean(minus(base, hardwired.heldOut()), seed),
        Estimate.mean(minus(base, control.heldOut()), seed),
        Estimate.mean(minus(control.heldOut(), hardwired.heldOut()), seed),
        protocol(p, texts),
        texts.read(),
        hardwired.training(),
        control.training());
  }

  private static double[] minus(double[] left, double[] right) {
    double[] difference = new double[left.length];
    for (int i = 0; i < left.length; i++) {
      difference[i] = left[i] - right[i];
    }
    return difference;
  }

  private static Map<String, Object> protocol(HardwireAnalysis.Parameters p, HardwireTexts texts) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-hardwired-ngram/2");
    protocol.put("convention", NgramSpectrum.CONVENTION);
    protocol.put(
        "layer",
        "x + sum over m of (A_m x^) W0_m + x^ W1 + b before layer %d; x^ is x at mean 0, variance 1"
            .formatted(p.layer()));
    protocol.put("attention", "uniform over keys j <= i-1 with m matched tokens; none without");
    protocol.put(
        "training",
        "Adam, learning rate %s falling to 0 in a line, betas 0.9 and 0.999, from zero, %d steps of %d windows of %d tokens; model frozen"
            .formatted(p.learningRate(), p.steps(), p.batch(), p.length()));
    protocol.put("control", "as many keys before the query, drawn at random; trained alike");
    protocol.put(
        "held_out",
        "the first %d windows; %d others to train on"
            .formatted(texts.heldOut().length, texts.training().length));
    protocol.put("intervals", "95 % percentile bootstrap over held-out windows, paired");
    protocol.put("seed", p.seed());
    return protocol;
  }

  @Override
  public String summary() {
    return String.format(
        Locale.ROOT,
        "n-gram layer before layer %d, %s matched tokens, %d steps; loss in nats a token on %s%nas"
            + " it is    %s%nhard-wired  %s%ncontrol     %s%ngain        %s (perplexity %+.2f"
            + " %%)%nbeyond the control %s%n",
        layer,
        matched,
        steps,
        input.source(),
        shown(lossNats),
        shown(hardwiredLossNats),
        shown(controlLossNats),
        shown(gainNats),
        100 * Math.expm1(-gainNats.value()),
        shown(beyondControlNats));
  }

  private static String shown(Estimate estimate) {
    return String.format(
        Locale.ROOT, "%.4f [%.4f, %.4f]", estimate.value(), estimate.low(), estimate.high());
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    List<Estimate> gains = List.of(gainNats, controlGainNats, beyondControlNats);
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Bars(
            new Heading(
                "hardwired-gain",
                "Loss saved by a hard-wired n-gram layer before layer %d".formatted(layer),
                "Held-out loss of the model minus that with the layer, %s matched tokens, and with a"
                        .formatted(matched)
                    + " control whose attention goes to random keys."),
            "",
            PlotAxis.linear("loss saved (nats a token)"),
            List.of("n-gram layer", "control", "layer beyond control"),
            List.of(
                new Bars.Group(
                    "saved",
                    gains.stream().mapToDouble(Estimate::value).toArray(),
                    new Interval(
                        gains.stream().mapToDouble(Estimate::low).toArray(),
                        gains.stream().mapToDouble(Estimate::high).toArray(),
                        "95 % bootstrap interval over windows")))));
    if (steps > 0) {
      figures.add(
          new Curves(
              new Heading(
                  "hardwired-training",
                  "Training of the n-gram layer and its control",
                  "Loss of each step's windows before the step, averaged in bins."),
              PlotAxis.linear("step"),
              PlotAxis.linear("loss (nats a token)"),
              List.of(
                  binned("n-gram layer", trainingNats), binned("control", controlTrainingNats))));
    }
    return figures;
  }

  private static Curves.Series binned(String name, float[] losses) {
    int width = Math.ceilDiv(losses.length, CURVE_POINTS);
    double[] x = new double[losses.length / width];
    double[] y = new double[x.length];
    for (int bin = 0; bin < x.length; bin++) {
      x[bin] = bin * width + (width - 1) / 2.0;
      for (int i = bin * width; i < (bin + 1) * width; i++) {
        y[bin] += losses[i] / (double) width;
      }
    }
    return new Curves.Series(name, x, y);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < trainingNats.length; i++) {
      rows.add(List.of(i, trainingNats[i], controlTrainingNats[i]));
    }
    return List.of(
        new DataTable("training", List.of("step", "loss_nats", "control_loss_nats"), rows));
  }
}
