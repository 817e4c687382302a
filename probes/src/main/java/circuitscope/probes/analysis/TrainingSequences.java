package circuitscope.probes.analysis;

import circuitscope.probes.corpus.TokenWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Sequences of one length in a seeded random order, held in memory (4 bytes a token). A pass takes
 * each once; where more are asked for, another pass begins in another order. Which sequences make
 * up a step follows from the seed and the step alone, so a run can go on from any step.
 */
public final class TrainingSequences {
  private static final int CHUNK_ROWS = 4096;

  private final int length;
  private final List<int[]> chunks;
  private final int first;
  private final int count;
  private final TokensRead read;

  private long orderedPass = -1;
  private long orderedSeed;
  private int[] order = {};

  private TrainingSequences(int length, List<int[]> chunks, int first, int count, TokensRead read) {
    this.length = length;
    this.chunks = chunks;
    this.first = first;
    this.count = count;
    this.read = read;
  }

  /**
   * Reads all windows of {@code length} tokens.
   *
   * @throws IllegalArgumentException when there are fewer than {@code batch}
   */
  public static TrainingSequences read(Subject subject, int length, int batch, Progress progress) {
    return read(subject, length, batch, Long.MAX_VALUE, progress);
  }

  /** As above, the first {@code limit} windows at most. */
  public static TrainingSequences read(
      Subject subject, int length, int batch, long limit, Progress progress) {
    List<int[]> chunks = new ArrayList<>();
    int count = 0;
    try (TokenRows rows = subject.rows(length, limit)) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> some = rows.next(64); !some.isEmpty(); some = rows.next(64)) {
        for (TokenWindow window : some) {
          if (window.size() < length) {
            continue;
          }
          if (count % CHUNK_ROWS == 0) {
            chunks.add(new int[CHUNK_ROWS * length]);
          }
          System.arraycopy(window.ids(), 0, chunks.getLast(), count % CHUNK_ROWS * length, length);
          count++;
        }
        progress.advanceTo(rows.done());
      }
      if (count < batch) {
        throw new IllegalArgumentException(
            "%s holds %d sequences of %d tokens, and a step takes %d; give more text, or lower"
                    .formatted(subject.requireInput().describe(), count, length, batch)
                + " --length or --batch");
      }
      return new TrainingSequences(length, chunks, 0, count, rows.read());
    }
  }

  public int count() {
    return count;
  }

  /** Some of them, {@code from} to before {@code to} in the order of the text. */
  public TrainingSequences part(int from, int to) {
    if (from < 0 || to > count || from > to) {
      throw new IndexOutOfBoundsException("sequences %d to %d of %d".formatted(from, to, count));
    }
    return new TrainingSequences(length, chunks, first + from, to - from, read);
  }

  /** What they were read from. */
  public TokensRead read() {
    return read;
  }

  /** Sequences in the order of the text: {@code [to − from][position]}. */
  public int[][] rows(int from, int to) {
    int[][] rows = new int[to - from][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = row(from + i);
    }
    return rows;
  }

  private int[] row(int index) {
    int at = first + index;
    int from = at % CHUNK_ROWS * length;
    return Arrays.copyOfRange(chunks.get(at / CHUNK_ROWS), from, from + length);
  }

  /** The sequences of a step: {@code [batch][position]}. */
  public int[][] batch(long step, int size, long seed) {
    long stepsAPass = count / size;
    long pass = step / stepsAPass;
    if (pass != orderedPass || seed != orderedSeed) {
      order = shuffled(mix(mix(seed) + pass));
      orderedPass = pass;
      orderedSeed = seed;
    }
    int from = (int) (step % stepsAPass) * size;
    int[][] batch = new int[size][];
    for (int i = 0; i < size; i++) {
      batch[i] = row(order[from + i]);
    }
    return batch;
  }

  private int[] shuffled(long seed) {
    Random random = new Random(seed);
    int[] shuffled = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      shuffled[i] = shuffled[j];
      shuffled[j] = i;
    }
    return shuffled;
  }

  /** Two rounds of a 64-bit mix part neighbouring seeds and passes. */
  public static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
