package circuitscope.probes.predict;

import java.util.Arrays;

/** One distribution everywhere: how often each token occurs in some texts, one added to each. */
public final class UnigramPredictor implements Predictor {
  private final float[] counts; // [vocab]

  public UnigramPredictor(int[][] rows, int vocab) {
    counts = new float[vocab];
    Arrays.fill(counts, 1);
    for (int[] row : rows) {
      for (int id : row) {
        counts[id]++;
      }
    }
  }

  @Override
  public String name() {
    return "unigram";
  }

  @Override
  public float[] probabilities(int[] ids, double temperature) {
    float[] row = counts.clone();
    TablePredictor.sharpen(row, 1);
    TablePredictor.sharpen(row, temperature);
    float[] all = new float[ids.length * row.length];
    for (int t = 0; t < ids.length; t++) {
      System.arraycopy(row, 0, all, t * row.length, row.length);
    }
    return all;
  }
}
