package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.BitSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run on the clean prompts in which only some edges carry what their writer writes in it; all
 * others carry what it wrote in the corrupted run (Conmy et al. 2023; Hanna et al. 2024).
 *
 * <p>Every reader gets an input of its own: x_v = x′_v + Σ_{u→v kept} (z_u − z′_u), put together
 * layer by layer from what the writers wrote so far. With all edges it is the clean run, with none
 * the corrupted one.
 */
final class CircuitTaps implements Taps {
  private final Model model;
  private final DecoderSpec spec;
  private final EdgeGraph graph;
  private final Trace corrupted;
  private final BitSet kept;
  private final NDManager scope;
  private NDArray moved; // [writer so far, batch·position·dModel]: this run less the corrupted one
  private Shape stream;
  private NDArray z;
  private @Nullable NDArray mlpInput;

  /**
   * @param corrupted holds {@link CircuitRuns#sites}
   * @param scope owns what the run keeps
   */
  CircuitTaps(Model model, EdgeGraph graph, Trace corrupted, BitSet kept, NDManager scope) {
    this.model = model;
    this.spec = model.spec();
    this.graph = graph;
    this.corrupted = corrupted;
    this.kept = kept;
    this.scope = scope;
    this.stream = corrupted.get(Site.of(SiteKind.EMBED)).getShape();
    this.moved = scope.zeros(new Shape(1));
    this.z = moved;
  }

  @Override
  public boolean wants(Site site) {
    return switch (site.kind()) {
      case EMBED, Q, K, V, Z, MLP_PRE, MLP_PRE_LINEAR, MLP_OUT -> true;
      case LN1_POST_SCALE -> spec.normPlacement().after();
      case RESID_POST -> site.layer() == spec.layers() - 1;
      default -> false;
    };
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    int layer = site.layer();
    switch (site.kind()) {
      case EMBED -> {
        moved = Contributions.flat(value.sub(corrupted.get(site)));
        moved.attach(scope);
      }
      case Q -> {
        return heads(Reader.Kind.Q, layer, value);
      }
      case K -> {
        return heads(Reader.Kind.K, layer, value);
      }
      case V -> {
        return heads(Reader.Kind.V, layer, value);
      }
      case MLP_PRE -> {
        return mlp(0, layer, value);
      }
      case MLP_PRE_LINEAR -> {
        return mlp(1, layer, value);
      }
      case Z -> {
        z = value.duplicate();
        z.attach(scope);
        if (!spec.normPlacement().after()) {
          addHeads(layer, null);
        }
      }
      case LN1_POST_SCALE -> addHeads(layer, value);
      case MLP_OUT -> {
        append(Contributions.flat(value.sub(corrupted.get(site))));
        mlpInput = null;
      }
      default -> {
        try (NDManager step = scope.newSubManager()) {
          NDArray last = inputs(Reader.Kind.LOGITS, spec.layers(), step).squeeze(0);
          last.attach(value.getManager());
          return last;
        }
      }
    }
    return value;
  }

  /** {@code [batch, position, head, dHead]}, each head reading its own stream. */
  private NDArray heads(Reader.Kind kind, int layer, NDArray value) {
    try (NDManager step = scope.newSubManager()) {
      NDArray inputs = inputs(kind, layer, step);
      NDArray read = LayerReaders.of(model, kind, layer, step).read(0, inputs);
      NDArray out = read.transpose(1, 2, 0, 3);
      out.attach(value.getManager());
      return out;
    }
  }

  private NDArray mlp(int index, int layer, NDArray value) {
    try (NDManager step = scope.newSubManager()) {
      NDArray input = Optional.ofNullable(mlpInput).orElseGet(() -> mlpInput(layer, step));
      mlpInput = input;
      NDArray read = LayerReaders.of(model, Reader.Kind.MLP, layer, step).read(index, input);
      NDArray out = read.squeeze(0);
      out.attach(value.getManager());
      return out;
    }
  }

  private NDArray mlpInput(int layer, NDManager step) {
    NDArray input = inputs(Reader.Kind.MLP, layer, step);
    input.attach(scope);
    return input;
  }

  private void addHeads(int layer, @Nullable NDArray scale) {
    try (NDManager step = scope.newSubManager()) {
      NDArray now = Contributions.scaled(z, scale);
      NDArray difference = now.sub(Contributions.scaled(corrupted, spec, layer));
      difference.attach(step);
      append(Contributions.ofHeads(model, layer, difference, step));
    }
  }

  private void append(NDArray written) {
    NDArray longer = NDArrays.concat(new NDList(moved, written), 0);
    longer.attach(scope);
    moved.close();
    moved = longer;
  }

  /** What the readers of a kind read: {@code [reader, batch, position, dModel]}. */
  private NDArray inputs(Reader.Kind kind, int layer, NDManager step) {
    int first = graph.firstReader(kind, layer);
    int count = graph.count(kind);
    int visible = graph.visible(first);
    float[] keeps = new float[count * visible]; // [reader, writer]
    int offset = graph.offset(first);
    for (int edge = kept.nextSetBit(offset);
        edge >= 0 && edge < offset + keeps.length;
        edge = kept.nextSetBit(edge + 1)) {
      keeps[edge - offset] = 1;
    }
    NDArray matrix =
        step.create(keeps, new Shape(count, visible)).toType(moved.getDataType(), false);
    NDArray seen = moved.get(step, new NDIndex("0:{}", visible));
    NDArray base = corrupted.get(LayerReaders.stream(spec, kind, layer));
    return matrix.matMul(seen).reshape(new Shape(count).addAll(stream)).addi(base.expandDims(0));
  }
}
