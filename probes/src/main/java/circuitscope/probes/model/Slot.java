package circuitscope.probes.model;

import java.util.EnumSet;
import java.util.Set;

/**
 * A place for one parameter in the decoder. Families say which stored tensor fills it; shapes
 * follow from the {@link DecoderSpec}.
 */
public enum Slot {
  EMBED,
  EMBED_NORM_WEIGHT,
  EMBED_NORM_BIAS,
  EMBED_IN,
  POSITION_EMBED,
  FINAL_NORM_WEIGHT,
  FINAL_NORM_BIAS,
  EMBED_OUT,
  UNEMBED,
  UNEMBED_BIAS,

  LN1_WEIGHT,
  LN1_BIAS,
  LN1_POST_WEIGHT,
  LN1_POST_BIAS,
  LN2_WEIGHT,
  LN2_BIAS,
  LN2_POST_WEIGHT,
  LN2_POST_BIAS,
  Q,
  Q_BIAS,
  K,
  K_BIAS,
  V,
  V_BIAS,
  QKV,
  QKV_BIAS,
  Q_NORM_WEIGHT,
  Q_NORM_BIAS,
  K_NORM_WEIGHT,
  K_NORM_BIAS,
  O,
  O_BIAS,
  GATE,
  GATE_BIAS,
  UP,
  UP_BIAS,
  GATE_UP,
  DOWN,
  DOWN_BIAS;

  private static final Set<Slot> OUTSIDE_LAYERS = EnumSet.range(EMBED, UNEMBED_BIAS);

  /** Whether there is one a layer. */
  public boolean ofLayer() {
    return !OUTSIDE_LAYERS.contains(this);
  }

  /** Whether the bigram method masks it: attention and MLP matrices, nothing else. */
  public boolean maskable() {
    return switch (this) {
      case Q, K, V, QKV, O, GATE, UP, GATE_UP, DOWN -> true;
      default -> false;
    };
  }

  /** Whether this is a bias (of a matrix or a norm). */
  public boolean bias() {
    return name().endsWith("_BIAS");
  }

  /** Whether this is a norm's weight. */
  public boolean normWeight() {
    return name().endsWith("_WEIGHT");
  }

  /** {@code [out, in]} for matrices, {@code [width]} for vectors, before any transposition. */
  long[] shape(DecoderSpec spec) {
    AttentionSpec attention = spec.attention();
    long d = spec.dModel();
    long m = spec.mlp().dMlp();
    long e = attention.dHead();
    long q = attention.heads() * e;
    long kv = attention.groups() * e;
    return switch (this) {
      case EMBED, UNEMBED -> new long[] {spec.vocab(), spec.embedding().width()};
      case UNEMBED_BIAS -> new long[] {spec.vocab()};
      case POSITION_EMBED -> new long[] {positionRows(spec), d};
      case EMBED_IN -> new long[] {d, spec.embedding().width()};
      case EMBED_OUT -> new long[] {spec.embedding().width(), d};
      case EMBED_NORM_WEIGHT,
          EMBED_NORM_BIAS,
          FINAL_NORM_WEIGHT,
          FINAL_NORM_BIAS,
          LN1_WEIGHT,
          LN1_BIAS,
          LN1_POST_WEIGHT,
          LN1_POST_BIAS,
          LN2_WEIGHT,
          LN2_BIAS,
          LN2_POST_WEIGHT,
          LN2_POST_BIAS,
          O_BIAS,
          DOWN_BIAS ->
          new long[] {d};
      case Q -> new long[] {q, d};
      case Q_BIAS -> new long[] {q};
      case K, V -> new long[] {kv, d};
      case K_BIAS, V_BIAS -> new long[] {kv};
      case QKV -> new long[] {attention.projectionRows(), d};
      case QKV_BIAS -> new long[] {attention.projectionRows()};
      case Q_NORM_WEIGHT, Q_NORM_BIAS -> queryKeyNorm(attention, attention.heads());
      case K_NORM_WEIGHT, K_NORM_BIAS -> queryKeyNorm(attention, attention.groups());
      case O -> new long[] {d, q};
      case GATE, UP -> new long[] {m, d};
      case GATE_BIAS, UP_BIAS -> new long[] {m};
      case GATE_UP -> new long[] {2 * m, d};
      case DOWN -> new long[] {d, m};
    };
  }

  private static long positionRows(DecoderSpec spec) {
    int offset = spec.positions() instanceof Positions.Learned(int rows) ? rows : 0;
    return (long) spec.contextLength() + offset;
  }

  private static long[] queryKeyNorm(AttentionSpec attention, long heads) {
    return switch (attention.queryKeyNorm()) {
      case NONE -> new long[] {};
      case EACH_HEAD -> new long[] {attention.dHead()};
      case EACH_HEAD_OWN_WEIGHT -> new long[] {heads, attention.dHead()};
      case WHOLE -> new long[] {heads * attention.dHead()};
    };
  }
}
