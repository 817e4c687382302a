package circuitscope.probes.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The logit lens (nostalgebraist 2020): what the model would say if it stopped after each layer.
 *
 * <p>The residual stream at each layer goes through the final norm, its statistics computed afresh,
 * and the unembedding. After the last layer that is the model's own answer; before it, a reading in
 * a basis that early layers need not use.
 */
public final class LensAnalysis implements Analysis<LensAnalysis.Parameters, Lens> {
  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "64",
              min = 2,
              unit = "tokens")
          int maxTokens) {}

  @Override
  public String id() {
    return "residual.lens";
  }

  @Override
  public String title() {
    return "Logit lens";
  }

  @Override
  public String description() {
    return "What the model would predict if it stopped after each layer (nostalgebraist 2020).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'It is a truth universally acknowledged' --out lens";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public Lens run(Subject subject, Parameters parameters, Progress progress) {
    try (TokenRows rows = subject.rows(parameters.maxTokens(), 1)) {
      List<TokenWindow> first = rows.next(1);
      if (first.isEmpty() || first.getFirst().size() < 2) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": the lens needs at least two tokens");
      }
      int[] ids = first.getFirst().ids();
      List<Lens.Layer> layers = layers(subject, ids, progress);
      return new Lens(Arrays.stream(ids).mapToObj(subject::label).toList(), layers, rows.read());
    }
  }

  private static List<Lens.Layer> layers(Subject subject, int[] ids, Progress progress) {
    Model model = subject.model();
    List<Site> streams = new ArrayList<>();
    streams.add(Site.of(SiteKind.RESID_PRE, 0));
    streams.addAll(Sites.inEveryLayer(SiteKind.RESID_POST, model.spec()));
    progress.begin(streams.size(), "layers");
    List<Lens.Layer> layers = new ArrayList<>();
    try (Trace trace = Recorder.of(model.spec(), streams).record(model, TokenBatch.of(ids))) {
      for (Site stream : streams) {
        String name = stream.kind() == SiteKind.RESID_PRE ? "embedding" : "layer " + stream.layer();
        layers.add(read(subject, name, trace.get(stream), ids));
        progress.advance(1);
      }
    }
    return layers;
  }

  private static Lens.Layer read(Subject subject, String name, NDArray stream, int[] ids) {
    Model model = subject.model();
    int vocab = model.spec().vocab();
    float[] logProbs; // [position, vocab]
    try (NDManager scope = model.newManager()) {
      logProbs =
          model
              .readOut(stream, scope)
              .toType(DataType.FLOAT32, false)
              .logSoftmax(-1)
              .toFloatArray();
    }
    List<String> top = new ArrayList<>();
    double[] topProbability = new double[ids.length];
    double[] nextLossNats = new double[ids.length - 1];
    for (int position = 0; position < ids.length; position++) {
      int best = 0;
      for (int id = 1; id < vocab; id++) {
        if (logProbs[position * vocab + id] > logProbs[position * vocab + best]) {
          best = id;
        }
      }
      top.add(subject.label(best));
      topProbability[position] = Math.exp(logProbs[position * vocab + best]);
      if (position + 1 < ids.length) {
        nextLossNats[position] = -logProbs[position * vocab + ids[position + 1]];
      }
    }
    return new Lens.Layer(name, top, topProbability, nextLossNats);
  }
}
