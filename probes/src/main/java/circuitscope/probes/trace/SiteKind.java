package circuitscope.probes.trace;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.ResidualWiring;

/**
 * The kinds of site, under TransformerLens's names. {@code %d} stands for the layer. Axes: b batch,
 * p position, h query head, g key/value head, e dHead, d dModel, m dMlp, q query, k key, v vocab.
 */
public enum SiteKind {
  EMBED("hook_embed", "bpd"),
  POS_EMBED("hook_pos_embed", "bpd"),
  RESID_PRE("blocks.%d.hook_resid_pre", "bpd"),
  LN1_SCALE("blocks.%d.ln1.hook_scale", "bp1"),
  LN1_NORMALIZED("blocks.%d.ln1.hook_normalized", "bpd"),
  LN1_OUT("blocks.%d.ln1.hook_out", "bpd"),
  Q("blocks.%d.attn.hook_q", "bphe"),
  K("blocks.%d.attn.hook_k", "bpge"),
  V("blocks.%d.attn.hook_v", "bpge"),
  ROT_Q("blocks.%d.attn.hook_rot_q", "bphe"),
  ROT_K("blocks.%d.attn.hook_rot_k", "bpge"),
  ATTN_SCORES("blocks.%d.attn.hook_attn_scores", "bhqk"),
  PATTERN("blocks.%d.attn.hook_pattern", "bhqk"),
  Z("blocks.%d.attn.hook_z", "bphe"),
  RESULT("blocks.%d.attn.hook_result", "bphd"),
  LN1_POST_SCALE("blocks.%d.ln1_post.hook_scale", "bp1"),
  LN1_POST_NORMALIZED("blocks.%d.ln1_post.hook_normalized", "bpd"),
  LN1_POST_OUT("blocks.%d.ln1_post.hook_out", "bpd"),
  ATTN_OUT("blocks.%d.hook_attn_out", "bpd"),
  RESID_MID("blocks.%d.hook_resid_mid", "bpd"),
  LN2_SCALE("blocks.%d.ln2.hook_scale", "bp1"),
  LN2_NORMALIZED("blocks.%d.ln2.hook_normalized", "bpd"),
  LN2_OUT("blocks.%d.ln2.hook_out", "bpd"),
  MLP_PRE("blocks.%d.mlp.hook_pre", "bpm"),
  MLP_PRE_LINEAR("blocks.%d.mlp.hook_pre_linear", "bpm"),
  MLP_POST("blocks.%d.mlp.hook_post", "bpm"),
  LN2_POST_SCALE("blocks.%d.ln2_post.hook_scale", "bp1"),
  LN2_POST_NORMALIZED("blocks.%d.ln2_post.hook_normalized", "bpd"),
  LN2_POST_OUT("blocks.%d.ln2_post.hook_out", "bpd"),
  MLP_OUT("blocks.%d.hook_mlp_out", "bpd"),
  RESID_POST("blocks.%d.hook_resid_post", "bpd"),
  LN_FINAL_SCALE("ln_final.hook_scale", "bp1"),
  LN_FINAL_NORMALIZED("ln_final.hook_normalized", "bpd"),
  LN_FINAL_OUT("ln_final.hook_out", "bpd"),
  LOGITS("logits", "bpv");

  private final String pattern;
  private final String axes;

  SiteKind(String pattern, String axes) {
    this.pattern = pattern;
    this.axes = axes;
  }

  public boolean ofLayer() {
    return pattern.contains("%d");
  }

  String name(int layer) {
    return ofLayer() ? pattern.replace("%d", Integer.toString(layer)) : pattern;
  }

  /** One letter an axis; see the class comment. */
  public String axes() {
    return axes;
  }

  /** Which axis counts heads (query or key/value heads), or −1. */
  public int headAxis() {
    return Math.max(axes.indexOf('h'), axes.indexOf('g'));
  }

  /** Which axis counts positions: the query's in a pattern. */
  public int positionAxis() {
    return Math.max(axes.indexOf('p'), axes.indexOf('q'));
  }

  /** Whether a model of that description has the site. */
  public boolean existsIn(DecoderSpec spec) {
    boolean parallel = spec.residual().parallel();
    return switch (this) {
      case POS_EMBED -> spec.learnedPositions();
      case LN1_SCALE, LN1_NORMALIZED, LN1_OUT -> spec.normPlacement().before();
      case LN2_SCALE, LN2_NORMALIZED, LN2_OUT ->
          spec.normPlacement().before() && spec.residual() != ResidualWiring.PARALLEL_SHARED_NORM;
      case LN1_POST_SCALE,
          LN1_POST_NORMALIZED,
          LN1_POST_OUT,
          LN2_POST_SCALE,
          LN2_POST_NORMALIZED,
          LN2_POST_OUT ->
          spec.normPlacement().after();
      case ROT_Q, ROT_K -> spec.positions() instanceof Positions.Rotating;
      case RESID_MID -> !parallel;
      case MLP_PRE_LINEAR -> spec.mlp().gated();
      case LN_FINAL_SCALE, LN_FINAL_NORMALIZED, LN_FINAL_OUT -> spec.normPlacement().last();
      default -> true;
    };
  }

  /** Lengths of the axes; {@code keys} is the length of axis k. */
  public long[] shape(DecoderSpec spec, long batch, long positions, long keys) {
    return axes.chars()
        .mapToLong(
            axis ->
                switch (axis) {
                  case 'b' -> batch;
                  case 'p', 'q' -> positions;
                  case 'k' -> keys;
                  case 'h' -> spec.attention().heads();
                  case 'g' -> spec.attention().groups();
                  case 'e' -> spec.attention().dHead();
                  case 'd' -> spec.dModel();
                  case 'm' -> spec.mlp().dMlp();
                  case 'v' -> spec.vocab();
                  default -> 1;
                })
        .toArray();
  }
}
