package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.RopeScaling;
import circuitscope.probes.model.Rotary;
import circuitscope.probes.model.UnsupportedModelException;

/**
 * Rotary settings as configs of all ages write them: {@code rope_parameters} of transformers 5,
 * {@code rope_scaling} with {@code rope_theta} before it (which wins where both stand), and
 * GPT-NeoX's {@code rotary_emb_base}.
 */
final class Ropes {
  private Ropes() {}

  /** Rotary over the whole head. */
  static Positions whole(HfConfig config, int dHead, int contextLength) {
    return read(config, dHead, dHead, contextLength, "rope_theta");
  }

  /**
   * Rotary over a part of the head.
   *
   * @param factorKey the top-level key of the rotated share, read where the rope object has none
   * @param fallback the share when no key says it
   */
  static Positions partial(
      HfConfig config,
      int dHead,
      int contextLength,
      String factorKey,
      double fallback,
      String thetaKey) {
    double share = config.doubleOr(fallback, factorKey);
    share = rope(config).doubleOr(share, "partial_rotary_factor");
    return read(config, dHead, (int) (dHead * share), contextLength, thetaKey);
  }

  private static HfConfig rope(HfConfig config) {
    return config
        .object("rope_scaling")
        .filter(rope -> !rope.json().isEmpty())
        .or(() -> config.object("rope_parameters"))
        .orElseGet(
            () ->
                HfConfig.of(
                    config.source(),
                    com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode()));
  }

  private static Positions read(
      HfConfig config, int dHead, int dimensions, int contextLength, String thetaKey) {
    HfConfig rope = rope(config);
    double theta = rope.doubleOr(config.doubleOr(10000, thetaKey), "rope_theta");
    RopeScaling scaling = scaling(config, rope, contextLength);
    if (dimensions > dHead) {
      throw config.invalid("partial_rotary_factor", "a share of the head of at most 1");
    }
    return new Positions.Rotating(new Rotary(dimensions, theta, false, scaling));
  }

  private static RopeScaling scaling(HfConfig config, HfConfig rope, int contextLength) {
    String type = rope.stringOr("default", "rope_type", "type");
    int trained = rope.intOr(contextLength, "original_max_position_embeddings");
    trained = config.intOr(trained, "original_max_position_embeddings");
    return switch (type) {
      case "default", "mrope" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(rope.doubleValue("factor"));
      case "dynamic" -> new RopeScaling.Dynamic(rope.doubleValue("factor"), contextLength);
      case "llama3" ->
          new RopeScaling.Llama3(
              rope.doubleValue("factor"),
              rope.doubleValue("low_freq_factor"),
              rope.doubleValue("high_freq_factor"),
              trained);
      case "yarn" -> yarn(rope, trained, contextLength);
      case "longrope", "su" -> longRope(rope, trained, contextLength);
      default ->
          throw new UnsupportedModelException(
              "%s: rope type '%s' is not computed; known are default, linear, dynamic, llama3, yarn"
                  .formatted(config.source(), type)
                  .concat(" and longrope"));
    };
  }

  private static RopeScaling yarn(HfConfig rope, int trained, int contextLength) {
    double factor = rope.doubleOr((double) contextLength / trained, "factor");
    double mscale = rope.doubleOr(0, "mscale");
    double mscaleAll = rope.doubleOr(0, "mscale_all_dim");
    double sharpening =
        mscale != 0 && mscaleAll != 0
            ? sharpening(factor, mscale) / sharpening(factor, mscaleAll)
            : sharpening(factor, 1);
    double betaFast = rope.doubleOr(0, "beta_fast");
    double betaSlow = rope.doubleOr(0, "beta_slow");
    return new RopeScaling.Yarn(
        factor,
        rope.doubleOr(sharpening, "attention_factor"),
        betaFast == 0 ? 32 : betaFast,
        betaSlow == 0 ? 1 : betaSlow,
        trained,
        rope.boolOr(true, "truncate"));
  }

  private static double sharpening(double factor, double mscale) {
    return factor <= 1 ? 1 : 0.1 * mscale * Math.log(factor) + 1;
  }

  private static RopeScaling longRope(HfConfig rope, int trained, int contextLength) {
    double factor = rope.doubleOr((double) contextLength / trained, "factor");
    double sharpening = factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(trained));
    return new RopeScaling.LongRope(
        rope.doubles("short_factor"),
        rope.doubles("long_factor"),
        rope.doubleOr(sharpening, "attention_factor"),
        trained);
  }
}
