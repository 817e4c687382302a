package circuitscope.heads.detect;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.PatternReader;
import java.util.ArrayList;
import java.util.Arrays;
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
    List<int[]> rows = new ArrayList<>();
    TokensRead read = read(subject, parameters.maxTokens(), parameters.rows(), rows);
    String otherText = parameters.otherText();
    if (otherText != null) {
      if (!(subject.requireInput() instanceof TokenInput.Prompt prompt)) {
        throw new IllegalArgumentException("other-text is compared with --text: give that");
      }
      TokenInput other = new TokenInput.Prompt(otherText, prompt.bos());
      Subject second = new Subject(subject.model(), subject.tokenizer(), other);
      read(second, parameters.maxTokens(), 1, rows);
      if (rows.getLast().length != rows.getFirst().length) {
        throw new IllegalArgumentException(
            "the text has %d tokens and other-text %d; their patterns can be subtracted only where"
                    .formatted(rows.getFirst().length, rows.getLast().length)
                + " token stands against token");
      }
    }
    Thumbnails thumbnails = reduce(subject, rows, parameters, progress);
    return new PatternGrid(
        labels(rows.getFirst(), subject),
        otherText == null ? null : labels(rows.getLast(), subject),
        otherText == null ? rows.size() : 1,
        thumbnails.cell(),
        parameters.withoutSink(),
        thumbnails.surviving(),
        otherText == null ? null : thumbnails.distance(),
        read,
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

  /** Adds the first rows, which must be of one length. */
  private static TokensRead read(Subject subject, int length, int count, List<int[]> into) {
    try (TokenRows windows = subject.rows(length, count)) {
      List<TokenWindow> batch = windows.next(count);
      if (batch.isEmpty() || batch.getFirst().size() < 2) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": a pattern needs at least two tokens");
      }
      if (batch.size() < count) {
        throw new IllegalArgumentException(
            "%s: %d rows of %d tokens were asked for, and there are %d; lower --rows or --max-tokens"
                .formatted(subject.requireInput().describe(), count, length, batch.size()));
      }
      batch.forEach(window -> into.add(window.ids()));
      return windows.read();
    }
  }

  private static List<String> labels(int[] ids, Subject subject) {
    return Arrays.stream(ids).mapToObj(subject::label).toList();
  }
}
