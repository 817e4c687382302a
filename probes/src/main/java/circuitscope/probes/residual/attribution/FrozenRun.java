package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Norm;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recorded run in which every norm between a writer and the logits is held at the scale that it
 * had ("attribution norm"): the logits are then linear in what the parts wrote.
 *
 * <p>A held norm y = w ∘ C(x) / s + b, C the centring (or nothing), turns a direction u behind it
 * into C(w ∘ u) / s before it, and b·u is a constant.
 */
final class FrozenRun {
  private final Model model;
  private final Trace trace;

  FrozenRun(Model model, Trace trace) {
    this.model = model;
    this.trace = trace;
  }

  /**
   * What must be recorded.
   *
   * @param positions to read; null for all
   */
  static Map<Site, Selection> sites(DecoderSpec spec, Level level, int @Nullable [] positions) {
    Map<Site, Selection> sites = new LinkedHashMap<>();
    Selection part = new Selection(null, positions);
    sites.put(Site.of(SiteKind.EMBED), part);
    if (SiteKind.POS_EMBED.existsIn(spec)) {
      sites.put(Site.of(SiteKind.POS_EMBED), part);
    }
    for (SiteKind kind : SiteKind.values()) {
      if (kind.ofLayer() && wanted(kind, spec, level)) {
        Sites.inEveryLayer(kind, spec).forEach(site -> sites.put(site, part));
      }
    }
    sites.put(Site.of(SiteKind.RESID_POST, spec.layers() - 1), part);
    return sites;
  }

  private static boolean wanted(SiteKind kind, DecoderSpec spec, Level level) {
    boolean normsInStream = !spec.residual().additive();
    boolean postNorm = spec.normPlacement().after();
    return switch (kind) {
      case ATTN_OUT -> !level.heads() || normsInStream;
      case Z -> level.heads();
      case LN1_POST_SCALE -> level.heads() && postNorm;
      case MLP_OUT -> !level.neurons() || normsInStream;
      case MLP_POST -> level.neurons();
      case LN2_POST_SCALE -> level.neurons() && postNorm;
      case RESID_PRE, RESID_MID -> normsInStream;
      default -> false;
    };
  }

  DecoderSpec spec() {
    return model.spec();
  }

  @Nullable Weight weight(Slot slot, int layer) {
    return model.weights().find(slot, layer);
  }

  /** What stands at a site, without its batch axis, in FP32; owned by {@code scope}. */
  NDArray at(SiteKind kind, int layer, NDManager scope) {
    NDArray value = trace.get(new Site(kind, layer)).squeeze(0);
    value.attach(scope);
    return Linear.wide(value, scope);
  }

  /** The direction before a norm of the given input, owned by the direction's manager. */
  NDArray beforeNorm(Slot weight, int layer, NDArray direction, NDArray input) {
    NDArray centred = spec().norm().centres() ? input.sub(input.mean(new int[] {-1}, true)) : input;
    NDArray scale = centred.square().mean(new int[] {-1}, true).add(spec().norm().epsilon()).sqrt();
    return beforeScale(weight, layer, direction, scale);
  }

  /**
   * The direction before a norm that divided by {@code scale}.
   *
   * @param direction {@code [position, dModel]}
   * @param scale {@code [position, 1]}
   */
  NDArray beforeScale(Slot slot, int layer, NDArray direction, NDArray scale) {
    NDArray u = direction;
    Weight weight = weight(slot, layer);
    if (weight != null) {
      NDArray w = Linear.wide(weight.array(), u.getManager());
      boolean plusOne = spec().norm().kind() == Norm.Kind.RMS_PLUS_ONE;
      u = u.mul(plusOne ? w.add(1) : w);
    }
    u = spec().norm().centres() ? u.sub(u.mean(new int[] {-1}, true)) : u;
    return u.div(scale);
  }

  /** What a bias adds under a direction, {@code [position]}; null where there is no such bias. */
  @Nullable NDArray constant(Slot slot, int layer, NDArray direction) {
    Weight bias = weight(slot, layer);
    return bias == null
        ? null
        : Linear.dot(direction, Linear.wide(bias.array(), direction.getManager()));
  }
}
