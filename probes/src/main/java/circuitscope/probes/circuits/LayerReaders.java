package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.ResidualWiring;
import circuitscope.probes.model.Slot;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The readers of one kind in one layer: a norm that they share and a projection each, forwards
 * (from what each of them reads to the site where it is met) and backwards (from the gradient there
 * to the gradient by what it reads).
 */
final class LayerReaders {
  private final @Nullable StreamNorm norm;
  private final List<Site> sites;
  private final List<Projections.Projection> projections;

  private LayerReaders(
      @Nullable StreamNorm norm, List<Site> sites, List<Projections.Projection> projections) {
    this.norm = norm;
    this.sites = sites;
    this.projections = projections;
  }

  /** The readers of that kind, not the logits; {@code scope} owns views of the weights. */
  static LayerReaders of(Model model, Reader.Kind kind, int layer, NDManager scope) {
    DecoderSpec spec = model.spec();
    boolean own = kind == Reader.Kind.MLP && spec.residual() != ResidualWiring.PARALLEL_SHARED_NORM;
    StreamNorm norm =
        spec.normPlacement().before()
            ? own
                ? StreamNorm.of(model, Slot.LN2_WEIGHT, Slot.LN2_BIAS, layer, scope)
                : StreamNorm.of(model, Slot.LN1_WEIGHT, Slot.LN1_BIAS, layer, scope)
            : null;
    List<Projections.Projection> projections = new ArrayList<>();
    if (kind.attention()) {
      projections.add(Projections.attention(model, kind, layer, scope));
    } else {
      projections.add(Projections.mlp(model, layer, scope));
      if (spec.mlp().gated()) {
        projections.add(Projections.mlpLinear(model, layer, scope));
      }
    }
    return new LayerReaders(norm, sites(spec, kind, layer), projections);
  }

  /** Where the readers are met: {@code hook_q}, say; an MLP at one or two sites. */
  static List<Site> sites(DecoderSpec spec, Reader.Kind kind, int layer) {
    return switch (kind) {
      case Q -> List.of(Site.of(SiteKind.Q, layer));
      case K -> List.of(Site.of(SiteKind.K, layer));
      case V -> List.of(Site.of(SiteKind.V, layer));
      case MLP ->
          spec.mlp().gated()
              ? List.of(Site.of(SiteKind.MLP_PRE, layer), Site.of(SiteKind.MLP_PRE_LINEAR, layer))
              : List.of(Site.of(SiteKind.MLP_PRE, layer));
      case LOGITS -> List.of(stream(spec, kind, layer));
    };
  }

  /** The stream that readers of that kind read. */
  static Site stream(DecoderSpec spec, Reader.Kind kind, int layer) {
    return switch (kind) {
      case Q, K, V -> Site.of(SiteKind.RESID_PRE, layer);
      case MLP ->
          Site.of(spec.residual().parallel() ? SiteKind.RESID_PRE : SiteKind.RESID_MID, layer);
      case LOGITS -> Site.of(SiteKind.RESID_POST, spec.layers() - 1);
    };
  }

  List<Site> sites() {
    return sites;
  }

  /**
   * What stands at the {@code index}-th of the {@link #sites} when each reader reads its own input.
   *
   * @param inputs {@code [reader, batch, position, dModel]}
   * @return {@code [reader, batch, position, width]}
   */
  NDArray read(int index, NDArray inputs) {
    return read(index, 0, inputs);
  }

  /** The same for the readers from {@code first} on, as many as there are inputs. */
  NDArray read(int index, int first, NDArray inputs) {
    Shape shape = inputs.getShape();
    long n = shape.get(0);
    long rows = shape.get(1) * shape.get(2);
    NDArray normed = norm == null ? inputs : norm.apply(inputs);
    Projections.Projection projection = projections.get(index);
    String some = first + ":" + (first + n);
    NDArray weight = projection.weight().get(some);
    NDArray out = normed.reshape(n, rows, shape.get(3)).matMul(weight.transpose(0, 2, 1));
    NDArray bias = projection.bias();
    out = bias == null ? out : out.add(bias.get(some));
    return out.reshape(n, shape.get(1), shape.get(2), out.getShape().get(2));
  }

  /**
   * The gradient by what each reader reads.
   *
   * @param gradients at the {@link #sites}, {@code [reader, batch·position, width]}
   * @param stream that they read, {@code [batch·position, dModel]}
   * @return {@code [reader, batch·position, dModel]}
   */
  NDArray pullBack(List<NDArray> gradients, NDArray stream) {
    NDArray sum = gradients.getFirst().matMul(projections.getFirst().weight());
    for (int i = 1; i < gradients.size(); i++) {
      sum.addi(gradients.get(i).matMul(projections.get(i).weight()));
    }
    return norm == null ? sum : norm.pullBack(sum, stream);
  }
}
