package circuitscope.probes.seed.recall;

import circuitscope.models.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Set disjointness (Arora et al. 2024, "Just read twice"): two lists that share one element, which
 * is asked for. The pool is shuffled for every example, its halves serve the two lists, and a
 * random slot of the second is overwritten with a random element of the first.
 *
 * @param pool elements
 * @param open tokens before the lists
 * @param between tokens between the lists
 * @param ask tokens before the answer
 * @param close tokens after an answer, before the next example
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
public record SetTask(int[] pool, int[] open, int[] between, int[] ask, int[] close) {
  private static final Pattern WORD = Pattern.compile(" [a-z]{3,}");

  /** The paper's generator: a vocabulary of 2,048, of which 1 to 3 are marks. */
  public static SetTask ids() {
    return new SetTask(
        IntStream.range(4, 2048).toArray(),
        new int[] {1},
        new int[] {2},
        new int[] {3},
        new int[] {});
  }

  /** Words of one token each, with marks that are text. */
  public static SetTask words(Tokenizer tokenizer) {
    int[] pool =
        IntStream.range(0, tokenizer.vocabularySize())
            .filter(id -> !tokenizer.isSpecial(id) && isWord(id, tokenizer))
            .toArray();
    return new SetTask(
        pool, new int[] {}, tokenizer.encode(" ;"), tokenizer.encode(" ="), tokenizer.encode("\n"));
  }

  private static boolean isWord(int id, Tokenizer tokenizer) {
    String text = new String(tokenizer.bytes(id), StandardCharsets.UTF_8);
    return WORD.matcher(text).matches() && Arrays.equals(tokenizer.encode(text), new int[] {id});
  }

  /**
   * One example and what is to be looked at.
   *
   * @param tokens up to the answer, which is not among them
   * @param listed elements of both lists
   * @param shared places of the answer in the last lists
   * @param others places of two elements that are not shared, one a list
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  public record Example(int[] tokens, int answer, int[] listed, int[] shared, int[] others) {}

  /**
   * An example.
   *
   * @param sizes elements of the two lists
   * @param copies how often the lists are given
   * @param shots solved examples before it
   * @param start token before everything, −1 for none
   * @throws IllegalArgumentException when a half of the pool is too small
   */
  public Example draw(int[] sizes, int copies, int shots, int start, SplittableRandom random) {
    List<Integer> tokens = new ArrayList<>();
    if (start >= 0) {
      tokens.add(start);
    }
    for (int shot = 0; shot < shots; shot++) {
      Example solved = append(tokens, sizes, copies, random);
      tokens.add(solved.answer());
      add(tokens, close);
    }
    return append(tokens, sizes, copies, random);
  }

  private Example append(List<Integer> tokens, int[] sizes, int copies, SplittableRandom random) {
    if (sizes.length != 2 || Arrays.stream(sizes).anyMatch(n -> n < 2 || n > pool.length / 2)) {
      throw new IllegalArgumentException(
          "lists of %s elements cannot be drawn from a half of %,d; expected two numbers from 2 up"
              .formatted(Arrays.toString(sizes), pool.length));
    }
    int[] shuffled = pool.clone();
    for (int i = shuffled.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int id = shuffled[i];
      shuffled[i] = shuffled[j];
      shuffled[j] = id;
    }
    int half = pool.length / 2;
    int[] one = Arrays.copyOf(shuffled, sizes[0]);
    int[] two = Arrays.copyOfRange(shuffled, half, half + sizes[1]);
    int i = random.nextInt(one.length);
    int j = random.nextInt(two.length);
    two[j] = one[i];
    int first = 0;
    int second = 0;
    for (int copy = 0; copy < copies; copy++) {
      add(tokens, open);
      first = tokens.size();
      add(tokens, one);
      add(tokens, between);
      second = tokens.size();
      add(tokens, two);
    }
    add(tokens, ask);
    int[] listed = IntStream.concat(Arrays.stream(one), Arrays.stream(two)).distinct().toArray();
    int[] others = {first + (i + 1) % one.length, second + (j + 1) % two.length};
    return new Example(
        tokens.stream().mapToInt(Integer::intValue).toArray(),
        one[i],
        listed,
        new int[] {first + i, second + j},
        others);
  }

  private static void add(List<Integer> tokens, int[] more) {
    for (int token : more) {
      tokens.add(token);
    }
  }
}
