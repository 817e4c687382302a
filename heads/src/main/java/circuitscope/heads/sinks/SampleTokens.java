package circuitscope.heads.sinks;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Samples of one length that sinks are measured on.
 *
 * @param kind where their tokens come from
 * @param rows {@code [sample][position]}
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record SampleTokens(Kind kind, int[][] rows, TokensRead read) {

  /** Gu et al. 2024, table 1: a sink on text may or may not survive on tokens that say nothing. */
  enum Kind {
    /** The text or ids that were given. */
    NATURAL,
    /** Each token drawn anew. */
    RANDOM,
    /** One drawn token at every position of a sample. */
    REPEATED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How many samples of which length, and the seed of those that are drawn. */
  record Size(int length, int samples, long seed) {}

  int length() {
    return rows[0].length;
  }

  /** The samples in batches of at most {@code size}. */
  List<TokenBatch> batches(int size) {
    return IntStream.iterate(0, from -> from < rows.length, from -> from + size)
        .mapToObj(
            from ->
                TokenBatch.of(Arrays.copyOfRange(rows, from, Math.min(rows.length, from + size))))
        .toList();
  }

  /**
   * Reads or draws the samples.
   *
   * @throws IllegalArgumentException when the input is shorter than one sample, or samples are
   *     longer than the model's table of positions
   */
  static SampleTokens of(Kind kind, Subject subject, Size size) {
    checkLength(size.length(), subject.model().spec());
    return kind == Kind.NATURAL ? natural(subject, size) : drawn(kind, subject, size);
  }

  private static void checkLength(int length, DecoderSpec spec) {
    if (spec.learnedPositions() && length > spec.contextLength()) {
      throw new IllegalArgumentException(
          "samples of %d tokens were asked of a %s model with a table of %d positions; lower --length"
              .formatted(length, spec.family(), spec.contextLength()));
    }
  }

  private static SampleTokens natural(Subject subject, Size size) {
    TokenInput input = subject.requireInput();
    int length = size.length();
    try (TokenRows rows =
        TokenRows.open(cut(input, length), subject.tokenizer(), length, size.samples())) {
      List<int[]> samples = new ArrayList<>();
      for (List<TokenWindow> next = rows.next(1);
          !next.isEmpty() && next.getFirst().size() == length;
          next = rows.next(1)) {
        samples.add(next.getFirst().ids());
      }
      if (samples.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: shorter than one sample of %d tokens; give more text or lower --length"
                .formatted(input.describe(), length));
      }
      return new SampleTokens(Kind.NATURAL, samples.toArray(int[][]::new), rows.read());
    }
  }

  /** Of ready-made rows the first {@code length} tokens count, as of a text in the paper. */
  private static TokenInput cut(TokenInput input, int length) {
    if (!(input instanceof TokenInput.Ids(String source, int[][] rows))) {
      return input;
    }
    int[][] cut = new int[rows.length][];
    for (int row = 0; row < rows.length; row++) {
      if (rows[row].length < length) {
        throw new IllegalArgumentException(
            "%s: row %d has %d tokens, a sample needs %d; lower --length"
                .formatted(source, row, rows[row].length, length));
      }
      cut[row] = Arrays.copyOf(rows[row], length);
    }
    return new TokenInput.Ids(source, cut);
  }

  private static SampleTokens drawn(Kind kind, Subject subject, Size size) {
    int[] pool = ordinary(subject);
    RandomGenerator random = OrdinaryTokens.random(size.seed());
    int[][] rows = new int[size.samples()][size.length()];
    for (int[] row : rows) {
      if (kind == Kind.REPEATED) {
        Arrays.fill(row, pool[random.nextInt(pool.length)]);
      } else {
        Arrays.setAll(row, position -> pool[random.nextInt(pool.length)]);
      }
    }
    String source = kind == Kind.REPEATED ? "one token repeated" : "random tokens";
    TokensRead read =
        new TokensRead(
            source,
            "drawn uniformly from the vocabulary without special tokens, none added",
            rows.length,
            (long) rows.length * size.length(),
            0L,
            TokenDigest.of(rows));
    return new SampleTokens(kind, rows, read);
  }

  /** The ids that are no special tokens, as far as the tokenizer is known. */
  static int[] ordinary(Subject subject) {
    Tokenizer tokenizer = subject.tokenizer();
    return IntStream.range(0, subject.model().spec().vocab())
        .filter(id -> OrdinaryTokens.isOrdinary(id, tokenizer))
        .toArray();
  }
}
