package circuitscope.probes.seed.noise;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.trace.Taps;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Runs of one model on clean and noisy texts. */
final class NoiseRun {
  /** What is summed for each text: bits of the target after three contexts, then of the context. */
  static final int BYTES = 0;

  static final int CLEAN = 1;
  static final int NOISY = 2;
  static final int CONTROL = 3;
  static final int OWN_CLEAN = 4;
  static final int OWN_CLEAN_BYTES = 5;
  static final int OWN_NOISY = 6;
  static final int OWN_NOISY_BYTES = 7;
  static final int ENTROPY = 8;
  static final int CLEAN_TOKENS = 9;
  static final int NOISY_TOKENS = 10;
  static final int SUMS = 11;

  private static final List<KeyboardNoise> KINDS = List.of(KeyboardNoise.values());

  private final Subject subject;
  private final Tokenizer tokenizer;
  private final Retokenised retokenised;
  private final int start;
  private final List<SplitText> texts;
  private final long seed;
  private final List<double[]> clean = new ArrayList<>(); // bits of context and target
  private final List<WordStates> cleanStates = new ArrayList<>();

  NoiseRun(Subject subject, int start, List<SplitText> texts, long seed) {
    this.subject = subject;
    this.tokenizer = ModelTokens.tokenizer(subject);
    this.retokenised = new Retokenised(tokenizer);
    this.start = start;
    this.texts = texts;
    this.seed = seed;
    for (SplitText text : texts) {
      clean.add(bits(tokenizer.encode(text.context()), text.target()));
      cleanStates.add(states(text.context()));
    }
  }

  private WordStates states(String context) {
    return WordStates.of(
        subject.model(), tokenizer, joined(tokenizer.encode(context), new int[] {}));
  }

  private SplittableRandom random(int text, KeyboardNoise kind) {
    return new SplittableRandom(seed * 1_000_003 + 31L * text + KINDS.indexOf(kind));
  }

  /** {@code [text][sum]} under errors of that kind. */
  double[][] losses(KeyboardNoise kind, double rate) {
    double[][] sums = new double[texts.size()][SUMS];
    for (int i = 0; i < sums.length; i++) {
      SplitText text = texts.get(i);
      SplittableRandom random = random(i, kind);
      KeyboardNoise.Noisy noisy = kind.type(text.context(), rate, random);
      int[] cleanTokens = tokenizer.encode(text.context());
      int[] noisyTokens = tokenizer.encode(noisy.text());
      double[] after = bits(noisyTokens, text.target());
      int[] control = retokenised.split(cleanTokens, noisyTokens.length, random);
      double[] s = sums[i];
      s[BYTES] = bytes(text.target());
      s[CLEAN] = clean.get(i)[1];
      s[NOISY] = after[1];
      s[CONTROL] = bits(control, text.target())[1];
      s[OWN_CLEAN] = clean.get(i)[0];
      s[OWN_CLEAN_BYTES] = bytes(text.context());
      s[OWN_NOISY] = after[0];
      s[OWN_NOISY_BYTES] = bytes(noisy.text());
      s[ENTROPY] = noisy.entropyBits();
      s[CLEAN_TOKENS] = cleanTokens.length;
      s[NOISY_TOKENS] = noisyTokens.length;
    }
    return sums;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Bits of the context's tokens, and of the target's after them. */
  private double[] bits(int[] context, String target) {
    int[] row = joined(context, tokenizer.encode(target));
    float[] nats = subject.model().tokenLosses(TokenBatch.of(row), Taps.NONE)[0];
    double[] bits = new double[2];
    for (int i = 0; i < nats.length; i++) {
      bits[i < context.length ? 0 : 1] += nats[i] / Math.log(2);
    }
    return bits;
  }

  private int[] joined(int[] context, int[] target) {
    int[] row = new int[1 + context.length + target.length];
    row[0] = start;
    System.arraycopy(context, 0, row, 1, context.length);
    System.arraycopy(target, 0, row, 1 + context.length, target.length);
    return row;
  }

  /** Cosine of the states of words with errors to those of the same words without, by layer. */
  void byLayer(Points points, KeyboardNoise kind, double rate) {
    int layers = cleanStates.getFirst().layers().length;
    double[][][] sums = new double[layers][texts.size()][3];
    List<double[][]> moments = new ArrayList<>();
    for (int layer = 0; layer < layers; layer++) {
      moments.add(WordStates.moments(cleanStates, layer));
    }
    for (int i = 0; i < texts.size(); i++) {
      String context = texts.get(i).context();
      String noisy = kind.type(context, rate, random(i, kind)).text();
      String[] words = context.strip().split("\\s+", -1);
      String[] noisyWords = noisy.strip().split("\\s+", -1);
      WordStates before = cleanStates.get(i);
      WordStates after = states(noisy);
      if (before.words() != words.length || after.words() != words.length) {
        continue; // a token that crosses the end of a word
      }
      for (int word = 0; word < words.length; word++) {
        if (!words[word].equals(noisyWords[word])) {
          int other = (word + words.length / 2) % words.length;
          for (int layer = 0; layer < layers; layer++) {
            float[] state = after.layers()[layer][word];
            double[] s = sums[layer][i];
            s[0]++;
            s[1] += WordStates.cosine(before.layers()[layer][word], state, moments.get(layer));
            s[2] += WordStates.cosine(before.layers()[layer][other], state, moments.get(layer));
          }
        }
      }
    }
    for (int layer = 0; layer < layers; layer++) {
      double chance = Points.total(sums[layer], 2) / Points.total(sums[layer], 0);
      points.ratio("cosine, " + kind.word(), layer, sums[layer], 1, 0, chance);
    }
  }
}
