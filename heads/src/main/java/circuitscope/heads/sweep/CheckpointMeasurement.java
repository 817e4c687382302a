package circuitscope.heads.sweep;

import circuitscope.heads.causal.FoundHeads;
import circuitscope.heads.causal.Measure;
import circuitscope.heads.causal.Sample;
import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.detect.RepeatedRows;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.statistics.Estimate;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures one checkpoint: heads, losses, in-context learning (Olsson et al. 2022) and sinks, on
 * the same tokens for every checkpoint.
 */
public final class CheckpointMeasurement {
  private final SweepProtocol protocol;
  private final int[][] text;
  private final int[][] picked; // [window][]: positions whose losses are kept

  /**
   * A measurement that is the same for every checkpoint.
   *
   * @param text {@code [window][position]}
   */
  public CheckpointMeasurement(SweepProtocol protocol, int[][] text) {
    this.protocol = protocol;
    this.text = text;
    this.picked = new int[text.length][];
    Random random = new Random(protocol.seed());
    for (int window = 0; window < picked.length; window++) {
      picked[window] =
          random
              .ints(0, text[window].length - 1)
              .distinct()
              .limit(Math.min(protocol.tokensPerExample(), text[window].length - 1))
              .toArray();
    }
  }

  /** Measures an open model; nothing of it is kept. */
  public CheckpointScores of(
      String name, long step, String digest, Subject subject, Progress progress) {
    Model model = subject.model();
    HeadScores heads = FoundHeads.score(subject, protocol.seed(), progress.step("heads", 0.1));
    int[][] repeated =
        RepeatedRows.draw(subject, protocol.repeatedRows(), protocol.period(), protocol.seed() + 1);
    float[][] onRepeated = losses(model, repeated, progress.step("repeated tokens", 0.1));
    float[][] onText = losses(model, text, progress.step("text", 0.6));
    List<Estimate> estimates = new ArrayList<>();
    for (Measure measure : protocol.measures()) {
      float[][] losses = measure.source() == Sample.Source.TEXT ? onText : onRepeated;
      estimates.add(measure.estimate(losses, protocol.seed()));
    }
    return new CheckpointScores(
        name,
        step,
        digest,
        model.spec().attention().heads(),
        FoundHeads.best(heads, FoundHeads.Type.INDUCTION, 1).best().getFirst(),
        FoundHeads.all(heads, FoundHeads.Type.INDUCTION),
        FoundHeads.all(heads, FoundHeads.Type.PREVIOUS),
        estimates.get(0),
        estimates.get(1),
        estimates.get(2),
        estimates.get(3),
        sinkRate(subject, progress.step("sinks", 0.2)),
        new CheckpointScores.ByRow(
            protocol.measures().get(1).of(onText),
            protocol.measures().get(2).of(onText),
            pick(onText)));
  }

  private float[][] losses(Model model, int[][] rows, Progress progress) {
    progress.begin(rows.length, "rows");
    float[][] losses = new float[rows.length][];
    for (int from = 0; from < rows.length; from += protocol.batch()) {
      int to = Math.min(rows.length, from + protocol.batch());
      TokenBatch batch = TokenBatch.of(Arrays.copyOfRange(rows, from, to));
      System.arraycopy(model.tokenLosses(batch, Taps.NONE), 0, losses, from, to - from);
      progress.advance(to - from);
    }
    return losses;
  }

  private double sinkRate(Subject subject, Progress progress) {
    SinkRateAnalysis sinks = new SinkRateAnalysis();
    Subject onText =
        new Subject(
            subject.model(), subject.tokenizer(), new TokenInput.Ids("the text's windows", text));
    Map<String, Object> parameters =
        Map.of(
            "epsilon", protocol.epsilon(),
            "length", protocol.sinkLength(),
            "samples", text.length);
    return sinks.run(onText, ParameterSpec.of(sinks.parameters()).read(parameters), progress)
        .rate()[0];
  }

  private float[] pick(float[][] losses) {
    List<Float> kept = new ArrayList<>();
    for (int window = 0; window < picked.length; window++) {
      for (int position : picked[window]) {
        kept.add(losses[window][position]);
      }
    }
    float[] values = new float[kept.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = kept.get(i);
    }
    return values;
  }
}
