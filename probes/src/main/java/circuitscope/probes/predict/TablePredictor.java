package circuitscope.probes.predict;

import circuitscope.probes.ngram.NgramTable;
import circuitscope.probes.ngram.Successor;
import java.util.Arrays;

/** An n-gram counts table; an unseen context backs off to the unigram distribution. */
public final class TablePredictor implements Predictor {
  private final NgramTable table;
  private final int vocab;
  private final double[] unigrams;

  /**
   * A predictor over a table that stays its owner's.
   *
   * @param vocab of the model it stands beside; ids that the table lacks get 0
   */
  public TablePredictor(NgramTable table, int vocab) {
    this.table = table;
    this.vocab = vocab;
    unigrams = table.unigramProbabilities();
  }

  @Override
  public String name() {
    return "%d-gram counts".formatted(table.order());
  }

  @Override
  public float[] probabilities(int[] ids, double temperature) {
    float[] all = new float[ids.length * vocab];
    int[] context = new int[table.order() - 1];
    Arrays.fill(context, table.vocab());
    for (int t = 0; t < ids.length; t++) {
      if (context.length > 0) {
        System.arraycopy(context, 1, context, 0, context.length - 1);
        context[context.length - 1] = ids[t];
      }
      float[] row = new float[vocab];
      if (table.seen(context)) {
        for (Successor next : table.top(context, Integer.MAX_VALUE)) {
          row[next.token()] = (float) next.probability();
        }
      } else {
        for (int v = 0; v < unigrams.length; v++) {
          row[v] = (float) unigrams[v];
        }
      }
      sharpen(row, temperature);
      System.arraycopy(row, 0, all, t * vocab, vocab);
    }
    return all;
  }

  /** p^(1/temperature), normalised, in place. */
  static void sharpen(float[] row, double temperature) {
    double sum = 0;
    for (int v = 0; v < row.length; v++) {
      row[v] = temperature == 1 ? row[v] : (float) Math.pow(row[v], 1 / temperature);
      sum += row[v];
    }
    for (int v = 0; v < row.length; v++) {
      row[v] /= (float) sum;
    }
  }
}
