package circuitscope.subnetworks.compose;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskBlock;
import circuitscope.subnetworks.mask.MaskBlocks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The units of a model, and which of its stored weights each is made of. */
public final class Units {
  private final DecoderSpec spec;
  private final MaskBlocks geometry;
  private final List<MaskBlock> heads;
  private final List<MaskBlock> parts;

  private Units(DecoderSpec spec, MaskBlocks geometry) {
    this.spec = spec;
    this.geometry = geometry;
    heads = geometry.heads();
    parts = geometry.parts();
  }

  public static Units of(Model model) {
    return new Units(model.spec(), MaskBlocks.of(model));
  }

  /** What can be chosen from, step by step. */
  public enum Kind {
    HEADS,
    NEURONS,
    /** Attention and MLP of each layer, apart. */
    LAYERS
  }

  /** All units of a kind, layer by layer. */
  public List<Unit> all(Kind kind) {
    List<Unit> units = new ArrayList<>();
    switch (kind) {
      case HEADS -> HeadName.all(spec).forEach(head -> units.add(new Unit.Head(head)));
      case NEURONS -> {
        int neurons = spec.mlp().dMlp();
        IntStream.range(0, spec.layers() * neurons)
            .forEach(i -> units.add(new Unit.Neuron(i / neurons, i % neurons)));
      }
      case LAYERS -> {
        for (int layer = 0; layer < spec.layers(); layer++) {
          units.add(new Unit.Attention(layer));
          units.add(new Unit.Mlp(layer));
        }
      }
    }
    return units;
  }

  /**
   * The weights of a unit.
   *
   * @throws IllegalArgumentException when the model has no such unit
   */
  public List<MaskBlock> blocks(Unit unit) {
    check(unit);
    return switch (unit) {
      case Unit.Head(HeadName name) ->
          heads.stream()
              .filter(block -> block.layer() == name.layer() && block.part().attention())
              .filter(block -> block.head() == indexOf(block, name.head()))
              .toList();
      case Unit.Neuron(int layer, int index) ->
          mlp(layer).stream().map(block -> block.neuron(index)).toList();
      case Unit.Attention(int layer) ->
          parts.stream()
              .filter(block -> block.layer() == layer && block.part().attention())
              .toList();
      case Unit.Mlp(int layer) -> mlp(layer);
    };
  }

  /** Keys and values are counted by group. */
  private int indexOf(MaskBlock block, int head) {
    return switch (block.part()) {
      case K, V -> head / spec.attention().headsPerGroup();
      default -> head;
    };
  }

  private List<MaskBlock> mlp(int layer) {
    return parts.stream()
        .filter(block -> block.layer() == layer && !block.part().attention())
        .toList();
  }

  private void check(Unit unit) {
    if (unit.layer() >= spec.layers()) {
      throw new IllegalArgumentException(
          "there is no %s; this model has layers 0 to %d".formatted(unit, spec.layers() - 1));
    }
    switch (unit) {
      case Unit.Head(HeadName name) -> name.checked(spec);
      case Unit.Neuron(int layer, int index) -> {
        if (index >= spec.mlp().dMlp()) {
          throw new IllegalArgumentException(
              "there is no %s; layer %d of this model has neurons 0 to %d"
                  .formatted(unit, layer, spec.mlp().dMlp() - 1));
        }
      }
      case Unit.Attention attention -> {}
      case Unit.Mlp mlp -> {}
    }
  }

  /** The mask under the names of this model's parameters. */
  public Mask aligned(Mask mask) {
    return geometry.aligned(mask);
  }

  /**
   * The mask with all weights of some units. Which were added stands in its provenance, in their
   * order; the weights do not depend on it. Matrices that the mask does not speak of are kept
   * anyway.
   *
   * @param mask of this model, see {@link #aligned}
   */
  public Mask added(Mask mask, List<Unit> units) {
    List<MaskBlock> blocks = units.stream().flatMap(unit -> blocks(unit).stream()).toList();
    String names = units.stream().map(Unit::toString).collect(Collectors.joining(","));
    return MaskAlgebra.with(mask, names, blocks);
  }
}
