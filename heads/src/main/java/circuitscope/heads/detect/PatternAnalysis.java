package circuitscope.heads.detect;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Heatmap;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where one head looks: its attention pattern on one row of tokens. */
public final class PatternAnalysis
    implements Analysis<PatternAnalysis.Parameters, PatternAnalysis.HeadPattern> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The head, layer and number from 0, such as L3H1") String head,
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "128",
              min = 1,
              unit = "tokens")
          int maxTokens) {
    public Parameters {
      HeadName.parse(head);
    }
  }

  /**
   * The pattern.
   *
   * @param weights row-major {@code [query, key]}
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record HeadPattern(
      String head, List<String> tokens, TokensRead input, @JsonIgnore float[] weights)
      implements Result {

    @Override
    public String summary() {
      StringBuilder text = new StringBuilder();
      int size = tokens.size();
      for (int query = 0; query < size; query++) {
        int best = 0;
        for (int key = 1; key <= query; key++) {
          best = weights[query * size + key] > weights[query * size + best] ? key : best;
        }
        text.append(
            String.format(
                Locale.ROOT,
                "%4d %-16s looks most at %4d %-16s %.3f%n",
                query,
                tokens.get(query),
                best,
                tokens.get(best),
                weights[query * size + best]));
      }
      return text.toString();
    }

    @Override
    public TokensRead tokensRead() {
      return input;
    }

    @Override
    public Map<String, Object> protocol() {
      return Map.of("pattern", "after the softmax, [query, key]");
    }

    @Override
    public List<Figure> figures() {
      return List.of(
          Heatmap.attention(
              new Heading(
                  "pattern-" + head.toLowerCase(Locale.ROOT),
                  "Attention of " + head,
                  "Each row is a token that looks back; the darker a cell, the more it attends"
                      + " there."),
              tokens,
              weights));
    }

    @Override
    public List<TensorSource> tensors() {
      return List.of(
          TensorSource.of("pattern", new TensorShape(tokens.size(), tokens.size()), weights));
    }
  }

  @Override
  public String id() {
    return "heads.pattern";
  }

  @Override
  public String title() {
    return "Attention pattern";
  }

  @Override
  public String description() {
    return "Show where one head looks: its attention pattern on the first tokens of the input.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --head L3H1 --text 'The cat sat. The cat' --out pattern";
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
  public HeadPattern run(Subject subject, Parameters parameters, Progress progress) {
    Model model = subject.model();
    HeadName head = HeadName.parse(parameters.head()).checked(model.spec());
    Site site = Site.of(SiteKind.PATTERN, head.layer());
    Selection selection = Selection.ofHeads(head.head());
    Recorder recorder = Recorder.of(model.spec(), Map.of(site, selection));
    try (TokenRows rows = subject.rows(parameters.maxTokens(), 1)) {
      List<TokenWindow> first = rows.next(1);
      if (first.isEmpty()) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": there are no tokens in it");
      }
      int[] ids = first.getFirst().ids();
      progress.begin(1, "runs");
      try (Trace trace = recorder.record(model, TokenBatch.of(ids))) {
        progress.advance(1);
        return new HeadPattern(
            parameters.head(),
            Arrays.stream(ids).mapToObj(subject::label).toList(),
            rows.read(),
            trace.values(site));
      }
    }
  }
}
