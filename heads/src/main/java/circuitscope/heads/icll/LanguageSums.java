package circuitscope.heads.icll;

import circuitscope.probes.statistics.Estimate;
import java.util.Arrays;
import java.util.List;

/**
 * Distances, accuracies and masses, summed by language and by the number of strings seen before.
 *
 * <p>Of each position: first the comparisons' TVD, then their KL, then the accuracy of the model
 * and of the learners, then the mass on symbols and on the separator.
 */
final class LanguageSums {
  private static final int COMPARISONS = Comparison.ALL.size();
  static final int MODEL_ACCURACY = 2 * COMPARISONS;
  static final int SYMBOL_MASS = MODEL_ACCURACY + 1 + Languages.MAX_ORDER;
  static final int SEPARATOR_MASS = SYMBOL_MASS + 1;
  private static final int VALUES = SEPARATOR_MASS + 1;

  private final double[][][] sums; // [language][strings seen][value]
  private final double[][] counts; // [language][strings seen]
  private final long seed;

  private LanguageSums(int languages, long seed) {
    sums = new double[languages][LanguageExample.MAX_STRINGS][VALUES];
    counts = new double[languages][LanguageExample.MAX_STRINGS];
    this.seed = seed;
  }

  static LanguageSums of(Languages languages, List<ModelPredictions> model, long seed) {
    LanguageSums sums = new LanguageSums(model.size(), seed);
    for (int i = 0; i < model.size(); i++) {
      sums.add(i, languages.examples().get(i), model.get(i));
    }
    return sums;
  }

  static int tvd(int comparison) {
    return comparison;
  }

  static int kl(int comparison) {
    return COMPARISONS + comparison;
  }

  private void add(int language, Languages.Example example, ModelPredictions model) {
    for (int position : example.scored()) {
      double[] into = sums[language][example.stringsSeen()[position]];
      counts[language][example.stringsSeen()[position]]++;
      for (int i = 0; i < COMPARISONS; i++) {
        double[] p = Comparison.ALL.get(i).first(example, position);
        double[] q = Comparison.ALL.get(i).second(example, model, position);
        into[tvd(i)] += Distances.tvd(p, q);
        into[kl(i)] += Distances.klNats(p, q);
      }
      double[] truth = example.automaton()[position];
      into[MODEL_ACCURACY] += truth[Distances.largest(model.symbols()[position])] > 0 ? 1 : 0;
      for (int order = 1; order <= Languages.MAX_ORDER; order++) {
        double[] said = example.learners().get(order - 1)[position];
        into[MODEL_ACCURACY + order] += truth[Distances.largest(said)] > 0 ? 1 : 0;
      }
      into[SYMBOL_MASS] += model.mass()[position];
      into[SEPARATOR_MASS] += model.separatorMass()[position];
    }
  }

  /** The mean over all positions, resampled by language. */
  Estimate overall(int value) {
    double[][] whole = new double[sums.length][];
    for (int i = 0; i < whole.length; i++) {
      double sum = Arrays.stream(sums[i]).mapToDouble(of -> of[value]).sum();
      whole[i] = new double[] {Arrays.stream(counts[i]).sum(), sum};
    }
    return mean(whole);
  }

  /** Languages with a position after so many strings. */
  int languages(int stringsSeen) {
    return (int) Arrays.stream(counts).filter(of -> of[stringsSeen] > 0).count();
  }

  /** The mean over positions after so many strings, resampled by language. */
  Estimate after(int stringsSeen, int value) {
    double[][] there = new double[languages(stringsSeen)][];
    int next = 0;
    for (int i = 0; i < sums.length; i++) {
      if (counts[i][stringsSeen] > 0) {
        there[next++] = new double[] {counts[i][stringsSeen], sums[i][stringsSeen][value]};
      }
    }
    return mean(there);
  }

  /** How much larger the mean is in {@code other}, of the same languages. */
  Estimate change(LanguageSums other, int value) {
    double[][] whole = new double[sums.length][];
    for (int i = 0; i < whole.length; i++) {
      double before = Arrays.stream(sums[i]).mapToDouble(of -> of[value]).sum();
      double after = Arrays.stream(other.sums[i]).mapToDouble(of -> of[value]).sum();
      whole[i] = new double[] {Arrays.stream(counts[i]).sum(), after - before};
    }
    return mean(whole);
  }

  private Estimate mean(double[][] countAndSum) {
    return Estimate.of(countAndSum, seed, total -> total.values()[1] / total.values()[0]);
  }
}
