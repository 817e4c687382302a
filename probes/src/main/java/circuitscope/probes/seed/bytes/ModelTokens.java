package circuitscope.probes.seed.bytes;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.models.tokenizer.SpecialTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
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
    TokenBatch batch = TokenBatch.of(rows.stream().map(this::opened).toList());
    Site last = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
    try (NDManager scope = model.newManager()) {
      NDList ends = new NDList();
      model.run(
          batch,
          new Taps() {
            @Override
            public boolean wants(Site site) {
              return site.equals(last);
            }

            @Override
            public NDArray at(Site site, NDArray stream) {
              for (int row = 0; row < batch.batch(); row++) {
                try (NDArray end = stream.get(new NDIndex("{}, {}", row, batch.lengths()[row] - 1))) {
                  NDArray kept = end.duplicate();
                  kept.attach(scope);
                  ends.add(kept);
                }
              }
              return stream;
            }
          });
      NDArray logits = model.readOut(NDArrays.stack(ends).expandDims(0), scope);
      float[] flat = logits.toType(DataType.FLOAT32, false).logSoftmax(-1).toFloatArray();
      float[][] next = new float[batch.batch()][];
      Arrays.setAll(
          next, row -> Arrays.copyOfRange(flat, row * bytes.length, (row + 1) * bytes.length));
      return next;
    }
  }

  private int[] opened(int[] row) {
    int[] opened = new int[row.length + 1];
    opened[0] = start;
    System.arraycopy(row, 0, opened, 1, row.length);
    return opened;
  }
}
