package circuitscope.probes.seed.bytes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Sums over the stems of a text, a parent before its children. */
final class ByteSums {
  private final byte[] text;
  private final List<Covers.Stem> stems;
  private final List<List<Integer>> children = new ArrayList<>(); // [stem]
  private final Covers covers;
  private final TokenModel model;
  private final boolean all;
  private final double[] logStem; // [stem] ln P(its tokens)
  private final double[][] logBegins; // [stem][k] ln P(next token begins with k bytes of the text)
  private final int[] whole; // [n] the stem that is all tokens of text[..n], −1 for none
  private final double[] logP;
  private final double[][] logNext;
  private final double[] logEnd;
  private final double[] logLost;
  private final long[] counts;

  ByteSums(byte[] text, List<Covers.Stem> stems, Covers covers, TokenModel model, boolean all) {
    this.text = text;
    this.stems = stems;
    this.covers = covers;
    this.model = model;
    this.all = all;
    int cuts = text.length + 1;
    logStem = new double[stems.size()];
    logBegins = new double[stems.size()][];
    whole = new int[cuts];
    Arrays.fill(whole, -1);
    logP = nothing(cuts);
    logP[0] = 0;
    logEnd = nothing(all ? cuts : 0);
    logLost = nothing(all ? cuts : 0);
    logNext = new double[all ? cuts : 0][];
    Arrays.setAll(logNext, n -> nothing(256));
    counts = new long[cuts];
    stems.forEach(stem -> children.add(new ArrayList<>()));
    for (int number = 1; number < logStem.length; number++) {
      children.get(stems.get(number).parent()).add(number);
    }
  }

  private static double[] nothing(int size) {
    double[] values = new double[size];
    Arrays.fill(values, Double.NEGATIVE_INFINITY);
    return values;
  }

  /**
   * Adds the covers that a stem begins.
   *
   * @param next {@code [vocab]} ln P(next token | stem)
   */
  void add(int number, float[] next) {
    Covers.Stem stem = stems.get(number);
    int at = stem.at();
    for (int child : children.get(number)) {
      logStem[child] = logStem[number] + next[stems.get(child).last()];
    }
    boolean ends = covers.endsThere(stem);
    if (ends) {
      whole[at] = number;
    }
    byte[] state = covers.state(stem);
    if (all) {
      addEnd(number, next, ends, state);
    }
    List<Double> begins = new ArrayList<>(List.of(0.0));
    TokenIndex index = covers.index();
    TokenIndex.Range range = index.all(); // tokens that begin with text[at..n]
    for (int n = at; n <= text.length && !range.isEmpty(); n++) {
      if (all) {
        spread(stem, n, range, next, state, logStem[number]);
      }
      if (n < text.length) {
        range = index.narrow(range, n - at, text[n]);
        begins.add(follow(stem, n, range, next, state, logStem[number]));
      }
    }
    logBegins[number] = begins.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Adds tokens that reach beyond n to P(text[..n], byte) by their byte there. */
  private void spread(
      Covers.Stem stem, int n, TokenIndex.Range range, float[] next, byte[] state, double logStem) {
    double[] mass = new double[256];
    int depth = n - stem.at();
    for (int place = range.from(); place < range.to(); place++) {
      int token = covers.index().id(place);
      byte[] bytes = covers.index().bytes(token);
      if (bytes.length > depth && covers.isMade(stem, token, state)) {
        mass[Byte.toUnsignedInt(bytes[depth])] += Math.exp(next[token]);
      }
    }
    for (int b = 0; b < mass.length; b++) {
      logNext[n][b] = add(logNext[n][b], logStem + Math.log(mass[b]));
    }
  }

  /**
   * Adds tokens that begin with text[at..n+1] to P(text[..n+1]).
   *
   * @return ln P(next token is one of them), those never made included
   */
  private double follow(
      Covers.Stem stem, int n, TokenIndex.Range range, float[] next, byte[] state, double logStem) {
    double made = 0;
    double any = 0;
    for (int place = range.from(); place < range.to(); place++) {
      int token = covers.index().id(place);
      double p = Math.exp(next[token]);
      any += p;
      if (covers.isMade(stem, token, state)) {
        made += p;
        counts[n + 1]++;
      }
    }
    logP[n + 1] = add(logP[n + 1], logStem + Math.log(made));
    return Math.log(any);
  }

  private void addEnd(int number, float[] next, boolean ends, byte[] state) {
    Covers.Stem stem = stems.get(number);
    double end = 0;
    double lost = 0;
    for (int token = 0; token < next.length; token++) {
      boolean text = model.bytes(token).length > 0;
      boolean ending = ends && model.ends(token);
      if (ending) {
        end += Math.exp(next[token]);
      } else if (!text || !covers.isMade(stem, token, state)) {
        lost += Math.exp(next[token]);
      }
    }
    logEnd[stem.at()] = add(logEnd[stem.at()], logStem[number] + Math.log(end));
    logLost[stem.at()] = add(logLost[stem.at()], logStem[number] + Math.log(lost));
  }

  /** ln(eᵃ + eᵇ). */
  private static double add(double a, double b) {
    double larger = Math.max(a, b);
    return larger == Double.NEGATIVE_INFINITY
        ? larger
        : larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
  }

  ByteScores scores() {
    double[] naive = new double[text.length];
    double[] healed = new double[text.length];
    for (int n = 0; n < text.length; n++) {
      naive[n] = whole[n] < 0 ? Double.NaN : logBegins[whole[n]][1];
      healed[n] = healed(n, naive[n]);
    }
    boolean[] starts = new boolean[text.length + 1];
    int last = whole[text.length];
    for (int stem = last; stem >= 0; stem = stems.get(stem).parent()) {
      starts[stems.get(stem).at()] = true;
    }
    return new ByteScores(
        text,
        logP,
        logNext,
        logEnd,
        logLost,
        naive,
        healed,
        counts,
        starts,
        last < 0 ? Double.NaN : logStem[last],
        stems.size());
  }

  private double healed(int n, double naive) {
    if (n == 0 || whole[n] < 0) {
      return naive;
    }
    int parent = stems.get(whole[n]).parent();
    int taken = n - stems.get(parent).at();
    double[] begins = logBegins[parent];
    double longer = taken + 1 < begins.length ? begins[taken + 1] : Double.NEGATIVE_INFINITY;
    double itself = logStem[whole[n]] - logStem[parent] + naive;
    return add(longer, itself) - begins[taken];
  }
}
