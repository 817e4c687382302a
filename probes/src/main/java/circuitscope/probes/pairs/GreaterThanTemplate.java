package circuitscope.probes.pairs;

import circuitscope.probes.pairs.PairTemplate.Draw;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Years that end later: "The war lasted from the year 1732 to the year 17" (33 to 99), after Hanna
 * et al. 2023, "How does GPT-2 compute greater-than?". Where a tokenizer has the last two digits as
 * one token, answers are those above; where it has each digit alone, the tens digits above, and
 * wrong those below (the same digit can be either).
 */
final class GreaterThanTemplate implements Draw {
  private static final List<String> NOUNS =
      IoiTemplate.words(
          "war project journey work trial war study siege voyage plan reign conflict strike"
              + " campaign program treaty visit dispute contract search");

  private final PairTokens tokens;
  private final List<String> nouns;

  GreaterThanTemplate(PairTokens tokens) {
    this.tokens = tokens;
    this.nouns = tokens.words("noun", NOUNS, 1);
  }

  @Override
  public @Nullable PromptPair draw(RandomGenerator random) {
    String noun = nouns.get(random.nextInt(nouns.size()));
    int century = random.nextInt(11, 20);
    int year = random.nextInt(2, 99);
    int[] clean = tokens.prompt(prompt(noun, century, year));
    int[] corrupted = tokens.prompt(prompt(noun, century, 1));
    int twoDigits = digitTokens(clean, noun, century, year);
    List<Integer> answers = new ArrayList<>();
    List<Integer> wrong = new ArrayList<>();
    int step = twoDigits == 1 ? 1 : 10;
    int last = year / step * step;
    boolean all = true;
    for (int other = 0; other <= 99; other += step) {
      int[] whole = tokens.prompt(prompt(noun, century, year) + "%02d".formatted(other));
      boolean goesOn =
          whole.length == clean.length + twoDigits && Arrays.mismatch(whole, clean) == clean.length;
      all &= goesOn;
      if (goesOn && other > last) {
        answers.add(whole[clean.length]);
      } else if (goesOn && (other < last || step == 1)) {
        wrong.add(whole[clean.length]);
      }
    }
    if (!all) {
      tokens.drop("years that are not one token after their century left out of answers");
    }
    if (answers.isEmpty() || wrong.isEmpty()) {
      tokens.drop("draw without later or earlier years");
      return null;
    }
    return PromptPair.aligned(clean, corrupted, ints(answers), ints(wrong), tokens::label);
  }

  /** Tokens of the last two digits after the prompt: 1, or 2 where each digit is alone. */
  private int digitTokens(int[] clean, String noun, int century, int year) {
    return tokens.prompt(prompt(noun, century, year) + "50").length - clean.length == 2 ? 2 : 1;
  }

  private static String prompt(String noun, int century, int year) {
    return "The %s lasted from the year %d%02d to the year %d"
        .formatted(noun, century, year, century);
  }

  private static int[] ints(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }
}
