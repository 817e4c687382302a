package circuitscope.heads.detect;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All heads' patterns at a glance, on one text, averaged over several, or as the difference of two.
 * Each layer's pattern is made small as it comes; at most one layer's patterns are alive.
 */
public final class GridAnalysis implements Analysis<GridAnalysis.Parameters, PatternGrid> {

  /** What can be chosen. */
  public record Parameters(
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
              help = "Cells a side of a thumbnail, at most",
              byDefault = "32",
              min = 2,
              max = 256,
              unit = "cells")
          int thumbnail,
      @Param(
              help = "Leave key 0 out and bring the rest of each query's attention to a sum of 1",
              byDefault = "false")
          boolean withoutSink,
      @Param(help = "A text of as many tokens, whose patterns are subtracted", optional = true)
          @Nullable String otherText) {
    public Parameters {
      if (otherText != null && rows > 1) {
        throw new IllegalArgumentException(
            "rows: the difference of two texts is one row of each, not %d".formatted(rows));
      }
    }
  }

  @Override
  public String id() {
    return "heads.patterns";
  }

  @Override
  public String title() {
    return "All attention patterns";
  }

  @Override
  public String description() {
    return "Show where every head looks: its attention pattern as a thumbnail, on one text,"
        + " averaged over rows, or as the difference of two texts.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'The cat sat. The cat' --out patterns";
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
  public PatternGrid run(Subject subject, Parameters parameters, Progress progress) {
    String otherText = parameters.otherText();
    PatternRows rows =
        PatternRows.read(subject, parameters.maxTokens(), parameters.rows(), otherText);
    Thumbnails thumbnails = reduce(subject, rows.ids(), parameters, progress);
    return new PatternGrid(
        rows.labels(subject),
        otherText == null ? null : rows.otherLabels(subject),
        otherText == null ? rows.ids().size() : 1,
        thumbnails.cell(),
        parameters.withoutSink(),
        thumbnails.surviving(),
        otherText == null ? null : thumbnails.distance(),
        rows.read(),
        thumbnails.side(),
        thumbnails.patterns());
  }

  private static Thumbnails reduce(
      Subject subject, List<int[]> rows, Parameters parameters, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    int positions = rows.getFirst().length;
    boolean difference = parameters.otherText() != null;
    Thumbnails thumbnails =
        new Thumbnails(
            spec.layers(),
            spec.attention().heads(),
            positions,
            parameters.thumbnail(),
            parameters.withoutSink(),
            difference);
    int atOnce = difference ? 2 : PatternReader.rowsAtOnce(spec, positions, rows.size());
    progress.begin(rows.size(), "rows");
    for (int from = 0; from < rows.size(); from += atOnce) {
      List<int[]> batch = rows.subList(from, Math.min(rows.size(), from + atOnce));
      subject.model().run(TokenBatch.of(batch), new PatternReader(thumbnails::add));
      thumbnails.counted(difference ? 1 : batch.size());
      progress.advance(batch.size());
    }
    return thumbnails;
  }
}
