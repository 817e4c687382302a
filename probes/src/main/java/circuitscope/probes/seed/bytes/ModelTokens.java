package circuitscope.probes.seed.bytes;

import circuitscope.models.tokenizer.SpecialTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Taps;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** A loaded model with its tokenizer; every text opens with the token that documents open with. */
public final class ModelTokens implements TokenModel {
  private final Model model;
  private final Tokenizer tokenizer;
  private final int start;
  private final byte[][] bytes; // [id]

  /**
   * The subject's model, read through its tokenizer.
   *
   * @throws IllegalArgumentException when there is no tokenizer, or it has no token to open with
   */
  public ModelTokens(Subject subject) {
    model = subject.model();
    tokenizer = tokenizer(subject);
    SpecialTokens special = tokenizer.specialTokens();
    OptionalInt opens = special.bos().isPresent() ? special.bos() : tokenizer.endOfText();
    start =
        opens.orElseThrow(
            () ->
                new IllegalArgumentException(
                    tokenizer.source()
                        + " names no BOS or end-of-text token, and a text must open with one"));
    bytes = new byte[model.spec().vocab()][];
    Arrays.setAll(
        bytes,
        id ->
            id >= tokenizer.vocabularySize() || tokenizer.isSpecial(id)
                ? new byte[0]
                : tokenizer.bytes(id));
  }

  /** The subject's tokenizer, which bytes cannot do without. */
  public static Tokenizer tokenizer(Subject subject) {
    Tokenizer tokenizer = subject.tokenizer();
    if (tokenizer == null) {
      throw new IllegalArgumentException("the model has no tokenizer; name one with --tokenizer");
    }
    return tokenizer;
  }

  /** The token that texts open with. */
  public int start() {
    return start;
  }

  @Override
  public int vocab() {
    return bytes.length;
  }

  @Override
  public byte[] bytes(int token) {
    return bytes[token];
  }

  @Override
  public boolean ends(int token) {
    return token < tokenizer.vocabularySize() && tokenizer.isSpecial(token);
  }

  @Override
  public float[][] next(List<int[]> rows) {
    return LastLogits.logProbs(model, rows.stream().map(this::opened).toList(), Taps.NONE);
  }

  private int[] opened(int[] row) {
    int[] opened = new int[row.length + 1];
    opened[0] = start;
    System.arraycopy(row, 0, opened, 1, row.length);
    return opened;
  }
}
