package circuitscope.probes.seed.boundaries;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.Weight;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether the stream at a split word's last piece names the word (after Kaplan et al. 2024, "From
 * Tokens to Words"): words of one token are given in two pieces, and the word counts as found where
 * its input embedding is the nearest of all but the pieces' own, by the cosine of centred vectors.
 */
final class Detokenised {
  private static final Pattern WORD = Pattern.compile(" [A-Za-z]{4,}");

  /**
   * A word in pieces after its context.
   *
   * @param tokens the opening token, the context and the pieces
   * @param pieces of them at the end
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Split(int[] tokens, int word, int pieces) {}

  private Detokenised() {}

  /** Splits words of the texts at a place drawn at random. */
  static List<Split> draw(
      List<String> texts, Tokenizer tokenizer, int start, int count, SplittableRandom random) {
    List<Split> splits = new ArrayList<>();
    for (String text : texts) {
      Matcher words = WORD.matcher(text);
      while (words.find()) {
        int[] whole = tokenizer.encode(words.group());
        int cut = words.start() + 2 + random.nextInt(words.group().length() - 2);
        int[] left = tokenizer.encode(text.substring(words.start(), cut));
        int[] right = tokenizer.encode(text.substring(cut, words.end()));
        if (whole.length == 1 && words.start() > 0) {
          int[] context = tokenizer.encode(text.substring(0, words.start()));
          int[] tokens = new int[1 + context.length + left.length + right.length];
          tokens[0] = start;
          System.arraycopy(context, 0, tokens, 1, context.length);
          System.arraycopy(left, 0, tokens, 1 + context.length, left.length);
          System.arraycopy(right, 0, tokens, tokens.length - right.length, right.length);
          splits.add(new Split(tokens, whole[0], left.length + right.length));
        }
      }
    }
    while (splits.size() > count) {
      splits.remove(random.nextInt(splits.size()));
    }
    return splits;
  }

  /**
   * Rank of words among all tokens, 0 the nearest.
   *
   * @return {@code [layer][split][2]} of the word, and of the next split's word
   */
  static int[][][] ranks(Model model, List<Split> splits) {
    Weight embed = model.weights().find(Slot.EMBED);
    if (embed == null || model.spec().projectsEmbedding()) {
      throw new IllegalArgumentException(
          "this model projects its embedding: its rows do not lie in the stream");
    }
    List<Site> sites = new ArrayList<>(List.of(Site.of(SiteKind.RESID_PRE, 0)));
    sites.addAll(Sites.inEveryLayer(SiteKind.RESID_POST, model.spec()));
    int width = model.spec().dModel();
    float[][] states = new float[sites.size()][splits.size() * width];
    Recorder recorder = Recorder.of(model.spec(), sites);
    for (int i = 0; i < splits.size(); i++) {
      int[] tokens = splits.get(i).tokens();
      try (Trace trace = recorder.record(model, TokenBatch.of(tokens))) {
        for (int layer = 0; layer < states.length; layer++) {
          float[] stream = trace.values(sites.get(layer));
          System.arraycopy(stream, (tokens.length - 1) * width, states[layer], i * width, width);
        }
      }
    }
    int[][][] ranks = new int[states.length][splits.size()][];
    for (int layer = 0; layer < states.length; layer++) {
      float[] near = near(model, embed, states[layer], splits.size());
      for (int i = 0; i < splits.size(); i++) {
        float[] row =
            Arrays.copyOfRange(near, i * model.spec().vocab(), (i + 1) * model.spec().vocab());
        int other = splits.get((i + 1) % splits.size()).word();
        ranks[layer][i] =
            new int[] {
              rank(row, splits.get(i).word(), splits.get(i)), rank(row, other, splits.get(i))
            };
      }
    }
    return ranks;
  }

  /** {@code [split, vocab]} cosines of centred states and embeddings. */
  private static float[] near(Model model, Weight embed, float[] states, int count) {
    try (NDManager scope = model.newManager()) {
      NDArray rows = scope.create(states, new Shape(count, states.length / count));
      NDArray table = embed.array().toType(DataType.FLOAT32, true);
      table.attach(scope);
      return unit(rows).matMul(unit(table).transpose()).toFloatArray();
    }
  }

  private static NDArray unit(NDArray rows) {
    NDArray centred = rows.sub(rows.mean(new int[] {0}, true));
    return centred.div(centred.norm(new int[] {1}, true).add(1e-12f));
  }

  private static int rank(float[] near, int word, Split split) {
    int[] own =
        Arrays.copyOfRange(
            split.tokens(), split.tokens().length - split.pieces(), split.tokens().length);
    int rank = 0;
    for (int id = 0; id < near.length; id++) {
      int token = id;
      rank +=
          near[id] > near[word] && Arrays.stream(own).noneMatch(piece -> piece == token) ? 1 : 0;
    }
    return rank;
  }
}
