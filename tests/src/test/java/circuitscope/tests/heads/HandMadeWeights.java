package circuitscope.tests.heads;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The weights of a {@link HandMadeModels.HandMade} model, in GPT-2's form with an MLP of zeros.
 *
 * <p>The residual stream holds, side by side: the token as a one-hot code (end of text: none), the
 * tokens at offsets 1 to n−1 likewise (written by layer 0), what is to be said (written by layer
 * 1), the position as {@value #FREQUENCIES} cosines and sines, each with its negative, and marks of
 * the first positions. Layer norms are made harmless: two dimensions hold ±{@value #BALLAST},
 * beside which everything else is nothing, so that the variance is constant and the norm's weight
 * undoes it; and one dimension holds minus the sum of all others, so that the mean is 0.
 *
 * <p>At position 0 the heads of layer 0 see nothing but position 0 and write what is wrong there.
 * So its ballast is made {@value #DROWNED} times heavier after layer 0, which drowns all else that
 * layer 1 could read of it, and its mark as large as makes it the place to rest.
 */
final class HandMadeWeights {
  static final int CONTEXT = 512;
  static final int START_HEAD = 0;
  static final int MATCHING_HEAD = 2;

  private static final int FREQUENCIES = 32;
  private static final float BALLAST = 100;
  private static final float DROWNED = 100;

  /** The mark that counts as much as a matched token: too light to be felt by a norm. */
  private static final float MARK = 0.1f;

  /**
   * Score of the position looked for; the next best is below 0.32 of it, 40 nats away.
   *
   * <p>Frequencies are π·((f + ½)/{@value #FREQUENCIES})^1.2: of the forms that were tried the one
   * whose cosines add up to the least at distances 1 to 512.
   */
  private static final double POSITION_SCORE = 60;

  /** Score of one matched token; resting scores half a token less than a whole match. */
  private static final double MATCH_SCORE = 40;

  /** Logit of the token that is said. */
  private static final float SAID = 15;

  private final int order;
  private final int vocab;
  private final int heads;
  private final int dHead;
  private final int d;
  private final int said;
  private final int position;
  private final int first;
  private final int mark;
  private final int ballast;
  private final int balance;

  HandMadeWeights(int order, int vocab, int heads) {
    this.order = order;
    this.vocab = vocab;
    this.heads = heads;
    said = order * vocab; // after the tokens at offsets 0 to n−1
    position = said + vocab;
    first = position + 4 * FREQUENCIES;
    mark = first + 1;
    ballast = mark + 1;
    balance = ballast + 2;
    int used = balance + 1;
    dHead = Math.max(Math.ceilDiv(used, heads), Math.max(2 * FREQUENCIES, (order - 1) * vocab + 1));
    d = heads * dHead;
  }

  Map<String, Object> config() {
    Map<String, Object> config = new LinkedHashMap<>();
    config.put("model_type", "gpt2");
    config.put("architectures", List.of("GPT2LMHeadModel"));
    config.put("n_layer", 2);
    config.put("n_embd", d);
    config.put("n_head", heads);
    config.put("n_inner", 1);
    config.put("n_positions", CONTEXT);
    config.put("vocab_size", vocab);
    config.put("activation_function", "gelu_new");
    config.put("layer_norm_epsilon", 1e-5);
    config.put("tie_word_embeddings", false);
    config.put("bos_token_id", 0);
    config.put("eos_token_id", 0);
    return config;
  }

  List<TensorSource> tensors() {
    List<TensorSource> tensors = new ArrayList<>();
    tensors.add(matrix("transformer.wte.weight", vocab, d, embedding()));
    tensors.add(matrix("transformer.wpe.weight", CONTEXT, d, positions()));
    tensors.add(matrix("lm_head.weight", vocab, d, unembedding()));
    addNorm(tensors, "transformer.ln_f");
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "transformer.h." + layer + ".";
      addNorm(tensors, prefix + "ln_1");
      addNorm(tensors, prefix + "ln_2");
      float[] qkv = new float[d * 3 * d]; // [in, out]
      float[] qkvBias = new float[3 * d];
      float[] out = new float[d * d]; // [in, out]
      if (layer == 0) {
        addStartHead(qkv, out);
        for (int offset = 1; offset < order; offset++) {
          addOffsetHead(offset, qkv, out);
        }
      } else {
        addMatchingHead(qkv, qkvBias, out);
      }
      tensors.add(matrix(prefix + "attn.c_attn.weight", d, 3 * d, qkv));
      tensors.add(vector(prefix + "attn.c_attn.bias", qkvBias));
      tensors.add(matrix(prefix + "attn.c_proj.weight", d, d, out));
      tensors.add(vector(prefix + "attn.c_proj.bias", new float[d]));
      tensors.add(matrix(prefix + "mlp.c_fc.weight", d, 1, new float[d]));
      tensors.add(vector(prefix + "mlp.c_fc.bias", new float[1]));
      tensors.add(matrix(prefix + "mlp.c_proj.weight", 1, d, new float[d]));
      tensors.add(vector(prefix + "mlp.c_proj.bias", new float[d]));
    }
    return tensors;
  }

  private float[] embedding() {
    float[] rows = new float[vocab * d];
    for (int id = 0; id < vocab; id++) {
      if (id > 0) {
        rows[id * d + id] = 1;
        rows[id * d + balance] = -1;
      }
      rows[id * d + ballast] = BALLAST;
      rows[id * d + ballast + 1] = -BALLAST;
    }
    return rows;
  }

  private float[] positions() {
    float[] rows = new float[CONTEXT * d];
    for (int i = 0; i < CONTEXT; i++) {
      for (int f = 0; f < FREQUENCIES; f++) {
        float cos = (float) Math.cos(frequency(f) * i);
        float sin = (float) Math.sin(frequency(f) * i);
        int negatives = 2 * FREQUENCIES;
        rows[i * d + position + 2 * f] = cos;
        rows[i * d + position + 2 * f + 1] = sin;
        rows[i * d + position + 2 * f + negatives] = -cos;
        rows[i * d + position + 2 * f + 1 + negatives] = -sin;
      }
      rows[i * d + first] = i == 0 ? 1 : 0;
      rows[i * d + mark] = i > 0 && i < order - 1 ? -order * MARK : 0; // these cannot be followers
      rows[i * d + balance] = -rows[i * d + first] - rows[i * d + mark];
    }
    return rows;
  }

  private float[] unembedding() {
    float[] rows = new float[vocab * d];
    for (int id = 1; id < vocab; id++) {
      rows[id * d + said + id] = 1;
    }
    return rows;
  }

  private static double frequency(int f) {
    return Math.PI * Math.pow((f + 0.5) / FREQUENCIES, 1.2);
  }

  /** Attends to itself; at position 0 it writes what makes that a place to rest. */
  private void addStartHead(float[] qkv, float[] out) {
    attendBack(START_HEAD, 0, qkv);
    set(qkv, first, 2 * d + START_HEAD * dHead, 1);
    int row = START_HEAD * dHead;
    float rest = DROWNED * MARK * (order - 1.5f);
    out[row * d + ballast] = (DROWNED - 1) * BALLAST;
    out[row * d + ballast + 1] = -(DROWNED - 1) * BALLAST;
    out[row * d + mark] = rest;
    out[row * d + balance] = -rest;
  }

  /** Attends {@code offset} positions back and writes the token found there. */
  private void addOffsetHead(int offset, float[] qkv, float[] out) {
    attendBack(offset, offset, qkv);
    copy(offset, qkv, out, offset * vocab, 1);
  }

  private void attendBack(int head, int offset, float[] qkv) {
    double scale = POSITION_SCORE / FREQUENCIES * Math.sqrt(dHead);
    for (int f = 0; f < FREQUENCIES; f++) {
      int cos = position + 2 * f;
      int sin = cos + 1;
      double turn = frequency(f) * offset;
      set(qkv, cos, q(head, 2 * f), scale * Math.cos(turn));
      set(qkv, sin, q(head, 2 * f), scale * Math.sin(turn));
      set(qkv, cos, q(head, 2 * f + 1), -scale * Math.sin(turn));
      set(qkv, sin, q(head, 2 * f + 1), scale * Math.cos(turn));
      set(qkv, cos, k(head, 2 * f), 1);
      set(qkv, sin, k(head, 2 * f + 1), 1);
    }
  }

  /** Attends where the n−1 tokens before a key are the last n−1 tokens, and says the key. */
  private void addMatchingHead(float[] qkv, float[] qkvBias, float[] out) {
    double scale = MATCH_SCORE * Math.sqrt(dHead);
    int matched = (order - 1) * vocab;
    for (int i = 0; i < matched; i++) {
      set(qkv, i, q(MATCHING_HEAD, i), scale); // the tokens at offsets 0 to n−2
      set(qkv, vocab + i, k(MATCHING_HEAD, i), 1); // those at offsets 1 to n−1
    }
    qkvBias[q(MATCHING_HEAD, matched)] = (float) scale;
    set(qkv, mark, k(MATCHING_HEAD, matched), 1 / MARK);
    copy(MATCHING_HEAD, qkv, out, said, SAID);
  }

  /** Values are tokens, written at {@code to} and taken from the balance. */
  private void copy(int head, float[] qkv, float[] out, int to, float strength) {
    for (int id = 1; id < vocab; id++) {
      set(qkv, id, 2 * d + head * dHead + id, 1);
      int row = head * dHead + id;
      out[row * d + to + id] = strength;
      out[row * d + balance] = -strength;
    }
  }

  private int q(int head, int i) {
    return head * dHead + i;
  }

  private int k(int head, int i) {
    return d + head * dHead + i;
  }

  private void set(float[] qkv, int in, int out, double value) {
    qkv[in * 3 * d + out] = (float) value;
  }

  private void addNorm(List<TensorSource> tensors, String name) {
    float[] weight = new float[d];
    Arrays.fill(weight, (float) (BALLAST * Math.sqrt(2.0 / d)));
    tensors.add(vector(name + ".weight", weight));
    tensors.add(vector(name + ".bias", new float[d]));
  }

  private static TensorSource matrix(String name, int rows, int columns, float[] values) {
    return TensorSource.of(name, new TensorShape(rows, columns), values);
  }

  private static TensorSource vector(String name, float[] values) {
    return TensorSource.of(name, new TensorShape(values.length), values);
  }
}
