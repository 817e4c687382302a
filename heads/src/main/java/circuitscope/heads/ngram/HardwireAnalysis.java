package circuitscope.heads.ngram;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a hard-wired n-gram head would do for a model.
 *
 * <p>A static n-gram attention layer (Akyürek et al. 2024, section 6) is put into the stream before
 * a layer; its linear maps are trained with the model frozen, and the loss on held-out windows is
 * compared with that of the model as it is, and with a control whose attention goes to as many keys
 * drawn at random and that is trained alike. The paper trains whole models with such layers; here
 * the model was made without.
 */
public final class HardwireAnalysis
    implements Analysis<HardwireAnalysis.Parameters, HardwireResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Layer before which the n-gram layer stands, from 0", min = 0) int layer,
      @Param(
              help = "Matched tokens of each attention; m matches order m+1",
              byDefault = "1,2",
              min = 1,
              max = 8)
          List<Integer> matched,
      @Param(help = "Training steps; 0 changes nothing", byDefault = "200", min = 0) int steps,
      @Param(help = "Windows a step", byDefault = "8", min = 1, unit = "windows") int batch,
      @Param(help = "Tokens a window", byDefault = "128", min = 8, unit = "tokens") int length,
      @Param(
              help = "First windows of the text, on which the loss is measured",
              byDefault = "64",
              min = 2,
              unit = "windows")
          int heldOut,
      @Param(
              help = "Learning rate of Adam at the first step; it falls to 0 in a line",
              byDefault = "0.0003",
              min = 1e-9)
          double learningRate,
      @Param(help = "Seed of made tokens, the control and the bootstrap", byDefault = "0")
          long seed) {
    public Parameters {
      matched = matched.stream().distinct().sorted().toList();
    }
  }

  @Override
  public String id() {
    return "heads.hardwire";
  }

  @Override
  public String title() {
    return "Hard-wired n-gram head";
  }

  @Override
  public String description() {
    return "Put a static n-gram attention layer into a model, train its linear maps with the model"
        + " frozen, and measure the change of loss on held-out text (Akyürek et al. 2024). Without"
        + " text: on random tokens given twice.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --layer 2 --matched 1,2 --steps 100 --file book.txt";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.OPTIONAL;
  }

  @Override
  public HardwireResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    HardwireTexts texts = HardwireTexts.of(subject, p);
    double[] base =
        means(
            texts.heldOut(), p.batch(), rows -> model.tokenLosses(TokenBatch.of(rows), Taps.NONE));
    Trained hardwired = train(model, texts, p, null, progress.step("training the layer", 0.5));
    Trained control = train(model, texts, p, p.seed(), progress.step("training the control", 0.5));
    return HardwireResult.of(p, base, hardwired, control, texts);
  }

  /**
   * One trained layer.
   *
   * @param heldOut {@code [window]} mean loss in nats
   * @param training {@code [step]} loss in nats before each step
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Trained(double[] heldOut, float[] training) {}

  private static Trained train(
      Model model,
      HardwireTexts texts,
      Parameters p,
      @Nullable Long controlSeed,
      Progress progress) {
    try (NgramLayer layer = new NgramLayer(model, p.layer(), p.matched(), controlSeed)) {
      float[] losses = new float[p.steps()];
      progress.begin(p.steps(), "steps");
      for (int step = 0; step < p.steps(); step++) {
        double rate = p.learningRate() * (1 - (double) step / p.steps());
        losses[step] = layer.step(texts.batch(step, p.batch()), rate);
        progress.advance(1);
      }
      return new Trained(means(texts.heldOut(), p.batch(), layer::tokenLosses), losses);
    }
  }

  private static double[] means(int[][] rows, int batch, Function<int[][], float[][]> tokenLosses) {
    double[] means = new double[rows.length];
    for (int from = 0; from < rows.length; from += batch) {
      int to = Math.min(rows.length, from + batch);
      float[][] losses = tokenLosses.apply(Arrays.copyOfRange(rows, from, to));
      for (int row = 0; row < losses.length; row++) {
        double sum = 0;
        for (float nats : losses[row]) {
          sum += nats;
        }
        means[from + row] = sum / losses[row].length;
      }
    }
    return means;
  }
}
