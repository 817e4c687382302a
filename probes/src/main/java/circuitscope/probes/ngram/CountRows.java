package circuitscope.probes.ngram;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The conditional distributions of a table's rows.
 *
 * <p>Without smoothing {@code P(v | row) = c(row, v) / c(row)}; with add-k {@code (c(row, v) + k) /
 * (c(row) + kV)}. A context that was never seen backs off to the unigram distribution, smoothed in
 * the same way; a table without tokens, where only the uniform one would be left, is refused.
 */
final class CountRows {
  /** The row of a context that was never seen. */
  static final long UNSEEN = -1;

  private static final double LN_2 = Math.log(2);

  private final CountsFile file;
  private final double addK;
  private final int vocabulary;

  CountRows(CountsFile file, double addK) {
    if (!(addK >= 0) || Double.isInfinite(addK)) {
      throw new IllegalArgumentException(
          "add-k smoothing with k = %s; k must be 0 or positive".formatted(addK));
    }
    this.file = file;
    this.addK = addK;
    this.vocabulary = file.provenance().vocabulary();
  }

  /** The count of one successor, 0 where the pair was never seen. */
  long count(long row, int token) {
    long low = file.rowBegin(row);
    long high = file.rowBegin(row + 1) - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      int successor = file.successor(middle);
      if (successor == token) {
        return file.count(middle);
      }
      if (successor < token) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return 0;
  }

  double probability(long row, int token) {
    checkToken(token);
    return row == UNSEEN
        ? smoothed(file.unigram(token), file.provenance().tokens())
        : smoothed(count(row, token), file.contextCount(row));
  }

  double smoothed(long count, long total) {
    return (count + addK) / (total + addK * vocabulary);
  }

  double entropyBits(long row) {
    double entropy = 0;
    long total = row == UNSEEN ? file.provenance().tokens() : file.contextCount(row);
    long begin = row == UNSEEN ? 0 : file.rowBegin(row);
    long end = row == UNSEEN ? vocabulary : file.rowBegin(row + 1);
    for (long i = begin; i < end; i++) {
      entropy += surprise(smoothed(row == UNSEEN ? file.unigram((int) i) : file.count(i), total));
    }
    return entropy + (vocabulary - (end - begin)) * surprise(smoothed(0, total));
  }

  /** The most likely successors, ties by id; those that were never seen are left out. */
  List<Successor> top(long row, int k) {
    Comparator<Successor> worstFirst =
        Comparator.comparingLong(Successor::count)
            .thenComparing(Comparator.comparingInt(Successor::token).reversed());
    PriorityQueue<Successor> best = new PriorityQueue<>(worstFirst);
    long total = row == UNSEEN ? file.provenance().tokens() : file.contextCount(row);
    long begin = row == UNSEEN ? 0 : file.rowBegin(row);
    long end = row == UNSEEN ? vocabulary : file.rowBegin(row + 1);
    for (long i = begin; i < end; i++) {
      int token = row == UNSEEN ? (int) i : file.successor(i);
      long count = row == UNSEEN ? file.unigram(token) : file.count(i);
      if (count > 0) {
        best.add(new Successor(token, count, smoothed(count, total)));
      }
      if (best.size() > k) {
        best.remove();
      }
    }
    List<Successor> ordered = new ArrayList<>(best);
    ordered.sort(worstFirst.reversed());
    return ordered;
  }

  static double bits(double probability) {
    return probability == 0 ? Double.POSITIVE_INFINITY : -Math.log(probability) / LN_2;
  }

  private static double surprise(double probability) {
    return probability == 0 ? 0 : probability * bits(probability);
  }

  void checkToken(int token) {
    if (token < 0 || token >= vocabulary) {
      throw new CountsException(
          "%s: token id %d is outside its vocabulary of %d; the table was counted with another tokenizer"
              .formatted(file.path(), token, vocabulary));
    }
  }
}
