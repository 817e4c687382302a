package circuitscope.heads.detect;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where one head looks: its attention pattern on one row of tokens, averaged over several, or on
 * one text less that on another. Only this head's pattern leaves the device.
 */
public final class PatternAnalysis implements Analysis<PatternAnalysis.Parameters, HeadPattern> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The head, layer and number from 0, such as L3H1") String head,
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "128",
              min = 2,
              unit = "tokens")
          int maxTokens,
      @Param(
              help = "Average over the first rows of the input, all of one length",
              byDefault = "1",
              min = 1,
              unit = "rows")
          int rows,
      @Param(
              help = "Leave key 0 out and bring the rest of each query's attention to a sum of 1",
              byDefault = "false")
          boolean withoutSink,
      @Param(help = "A text of as many tokens, whose pattern is subtracted", optional = true)
          @Nullable String otherText) {
    public Parameters {
      HeadName.parse(head);
      if (otherText != null && rows > 1) {
        throw new IllegalArgumentException(
            "rows: the difference of two texts is one row of each, not %d".formatted(rows));
      }
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
    return "Show where one head looks: its attention pattern on the first tokens of the input,"
        + " averaged over rows, or as the difference of two texts.";
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
    PatternRows rows =
        PatternRows.read(
            subject, parameters.maxTokens(), parameters.rows(), parameters.otherText());
    progress.begin(rows.ids().size(), "rows");
    if (parameters.otherText() == null) {
      return pattern(model, head, rows.ids(), rows.labels(subject), rows, parameters, progress);
    }
    HeadPattern first =
        pattern(
            model,
            head,
            List.of(rows.ids().getFirst()),
            rows.labels(subject),
            rows,
            parameters,
            progress);
    HeadPattern second =
        pattern(
            model,
            head,
            List.of(rows.ids().getLast()),
            rows.otherLabels(subject),
            rows,
            parameters,
            progress);
    return first.minus(second, "the other text");
  }

  private static HeadPattern pattern(
      Model model,
      HeadName head,
      List<int[]> ids,
      List<String> labels,
      PatternRows rows,
      Parameters parameters,
      Progress progress) {
    Site site = Site.of(SiteKind.PATTERN, head.layer());
    Recorder recorder = Recorder.of(model.spec(), Map.of(site, Selection.ofHeads(head.head())));
    RowMean mean = new RowMean(rows.positions(), parameters.withoutSink());
    for (int[] row : ids) {
      try (Trace trace = recorder.record(model, TokenBatch.of(row))) {
        mean.add(trace.values(site));
      }
      progress.advance(1);
    }
    return new HeadPattern(
        parameters.head(),
        labels,
        null,
        null,
        ids.size(),
        parameters.withoutSink(),
        mean.surviving(),
        null,
        rows.read(),
        mean.weights());
  }
}
