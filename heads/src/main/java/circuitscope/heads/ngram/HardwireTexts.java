package circuitscope.heads.ngram;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.corpus.TokenWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/**
 * What an n-gram layer is trained and measured on.
 *
 * @param heldOut the first windows of the text
 * @param training those after them, gone through again when there are too few
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record HardwireTexts(int[][] heldOut, int[][] training, TokensRead read) {

  static HardwireTexts of(Subject subject, HardwireAnalysis.Parameters p) {
    int wanted = p.heldOut() + p.steps() * p.batch();
    return subject.input() == null ? made(subject, p, wanted) : read(subject, p, wanted);
  }

  private static HardwireTexts read(Subject subject, HardwireAnalysis.Parameters p, int wanted) {
    List<int[]> rows = new ArrayList<>();
    try (TokenRows opened = subject.rows(p.length(), wanted)) {
      for (List<TokenWindow> next = opened.next(64); !next.isEmpty(); next = opened.next(64)) {
        next.stream()
            .map(TokenWindow::ids)
            .filter(row -> row.length == p.length())
            .forEach(rows::add);
      }
      if (rows.size() < p.heldOut() + p.batch()) {
        throw new IllegalArgumentException(
            ("%s: %d windows of %d tokens; %d held out and a batch of %d need %d. Give more text,"
                    + " or lower --held-out or --length")
                .formatted(
                    opened.read().source(),
                    rows.size(),
                    p.length(),
                    p.heldOut(),
                    p.batch(),
                    p.heldOut() + p.batch()));
      }
      return split(rows, p.heldOut(), opened.read());
    }
  }

  /** A start token, where there is one, and a block of distinct random tokens given twice. */
  private static HardwireTexts made(Subject subject, HardwireAnalysis.Parameters p, int wanted) {
    OrdinaryTokens pool = OrdinaryTokens.of(subject.model().spec().vocab(), subject.tokenizer());
    OptionalInt start = OrdinaryTokens.start(subject.tokenizer());
    RandomGenerator random = OrdinaryTokens.random(p.seed());
    int begin = start.isPresent() ? 1 : 0;
    int block = (p.length() - begin) / 2;
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      int[] drawn = pool.draw(block, random);
      int[] row = new int[begin + 2 * block];
      start.ifPresent(id -> row[0] = id);
      System.arraycopy(drawn, 0, row, begin, block);
      System.arraycopy(drawn, 0, row, begin + block, block);
      rows.add(row);
    }
    return split(
        rows,
        p.heldOut(),
        new TokensRead(
            "blocks of %d random tokens given twice".formatted(block),
            "ids drawn, " + (begin == 1 ? "one start token" : "no start token"),
            rows.size(),
            rows.stream().mapToLong(row -> row.length).sum(),
            0L,
            TokenDigest.of(rows.toArray(int[][]::new))));
  }

  private static HardwireTexts split(List<int[]> rows, int heldOut, TokensRead read) {
    return new HardwireTexts(
        rows.subList(0, heldOut).toArray(int[][]::new),
        rows.subList(heldOut, rows.size()).toArray(int[][]::new),
        read);
  }

  /** The rows of a step: the training windows in turn. */
  int[][] batch(int step, int size) {
    int[][] batch = new int[size][];
    Arrays.setAll(batch, i -> training[(step * size + i) % training.length]);
    return batch;
  }
}
