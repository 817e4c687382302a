package circuitscope.probes.residual;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.residual.LensReader.Reading;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
          int maxTokens,
      @Param(help = "Most likely tokens kept of each reading", byDefault = "5", min = 1) int top,
      @Param(
              help = "Follow the logit of this token: its text, space included, or #ID",
              optional = true)
          @Nullable String token) {}

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
    return "What the model would predict if it stopped after each layer (nostalgebraist 2020): top"
        + " tokens, rank and probability of its final answer, entropy, KL to its final"
        + " distribution and loss, under the lens norm (statistics of each layer's own state).";
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
      Model model = subject.model();
      int watched = parameters.token() == null ? -1 : TokenChoice.id(subject, parameters.token());
      int top = Math.min(parameters.top(), model.spec().vocab());
      LensReader reader = new LensReader(model, top, watched);
      MemoryBudget budget =
          MemoryBudget.checked(
              "the lens on %d tokens".formatted(ids.length),
              reader.bytes(1, ids.length),
              model,
              1,
              ids.length);
      return Lens.of(
          subject, ids, read(reader, ids, progress), parameters.token(), budget, rows.read());
    }
  }

  private static List<Reading> read(LensReader reader, int[] ids, Progress progress) {
    Model model = reader.model();
    int[] next = Arrays.copyOfRange(ids, 1, ids.length + 1); // 0 after the last: read by nobody
    List<Site> streams = states(model.spec());
    try (Trace trace = Recorder.of(model.spec(), streams).record(model, TokenBatch.of(ids))) {
      return reader.read(streams.stream().map(trace::get).toList(), next, progress);
    }
  }

  /** What enters the first layer, then each layer's output. */
  static List<Site> states(DecoderSpec spec) {
    List<Site> states = new ArrayList<>();
    states.add(Site.of(SiteKind.RESID_PRE, 0));
    states.addAll(Sites.inEveryLayer(SiteKind.RESID_POST, spec));
    return states;
  }
}
