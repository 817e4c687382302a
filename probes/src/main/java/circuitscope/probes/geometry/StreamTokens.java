package circuitscope.probes.geometry;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.List;

/**
 * Sequences held in memory, so that several models can be run on the same ones.
 *
 * @param batches without padding
 */
public record StreamTokens(List<TokenBatch> batches, TokensRead read) {

  /**
   * Reads the subject's input.
   *
   * @param length tokens a sequence at most
   * @param batch sequences run at once
   * @param limit sequences at most
   * @throws IllegalArgumentException when the tokens are no more than the stream's dimensions, or
   *     the sequences longer than the model's table of positions
   */
  public static StreamTokens read(
      Subject subject, int length, int batch, long limit, Progress progress) {
    var spec = subject.model().spec();
    if (spec.learnedPositions() && length > spec.contextLength()) {
      throw new IllegalArgumentException(
          "sequences of %d tokens, where the model has %d positions; lower --length"
              .formatted(length, spec.contextLength()));
    }
    List<TokenBatch> batches = new ArrayList<>();
    try (TokenRows rows = subject.rows(length, limit)) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> some = rows.next(batch); !some.isEmpty(); some = rows.next(batch)) {
        batches.add(TokenBatch.of(some.stream().map(TokenWindow::ids).toList()));
        progress.advanceTo(rows.done());
      }
      TokensRead read = rows.read();
      if (read.tokens() <= spec.dModel()) {
        throw new IllegalArgumentException(
            "%s holds %,d tokens, and a map of %d dimensions is fitted to more than that; give more"
                    .formatted(read.source(), read.tokens(), spec.dModel())
                + " text");
      }
      return new StreamTokens(List.copyOf(batches), read);
    }
  }
}
