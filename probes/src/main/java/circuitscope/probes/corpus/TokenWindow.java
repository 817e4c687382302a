package circuitscope.probes.corpus;

/**
 * Consecutive tokens of a packed stream.
 *
 * @param index running number of the window, from 0
 * @param ids {@code [position]}
 * @param byteLengths {@code [position]} bytes of text that each token stands for
 * @param documents {@code [position]} running number of the document each token belongs to; its
 *     end-of-text token, which stands before it, counts to it
 */
public record TokenWindow(long index, int[] ids, int[] byteLengths, long[] documents) {

  public int size() {
    return ids.length;
  }
}
