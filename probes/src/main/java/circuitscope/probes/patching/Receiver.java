package circuitscope.probes.patching;

import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a path ends.
 *
 * @param cell the query, key or value of a head, or all neurons of an MLP, at every position; null
 *     for the logits
 */
record Receiver(@Nullable Cell cell) {
  private static final List<PatchSite> PORTS = List.of(PatchSite.Q, PatchSite.K, PatchSite.V);

  /** Every receiver of a model. */
  private static List<Receiver> all(DecoderSpec spec) {
    List<Receiver> all = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      for (PatchSite port : PORTS) {
        for (int unit = 0; unit < port.units(spec); unit++) {
          all.add(new Receiver(new Cell(port, layer, Cell.ALL, unit)));
        }
      }
      all.add(new Receiver(new Cell(PatchSite.NEURON, layer, Cell.ALL, Cell.ALL)));
    }
    all.add(new Receiver(null));
    return all;
  }

  /**
   * The receivers of that name: {@code L3H5.q}, {@code L3.mlp}, {@code logits}, or {@code q},
   * {@code k}, {@code v}, {@code mlp} for all of a kind.
   *
   * @throws IllegalArgumentException when the model has none
   */
  static List<Receiver> named(String name, DecoderSpec spec) {
    List<Receiver> found =
        all(spec).stream()
            .filter(one -> one.name().equals(name) || one.kind().equals(name))
            .toList();
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          ("receiver '%s' is not in this model; receivers are logits, L0.mlp to L%d.mlp, L0H0.q to"
                  + " L%dH%d.q, .k and .v likewise (%d key/value heads), or q, k, v, mlp for all")
              .formatted(
                  name,
                  spec.layers() - 1,
                  spec.layers() - 1,
                  spec.attention().heads() - 1,
                  spec.attention().groups()));
    }
    return found;
  }

  private String kind() {
    if (cell == null) {
      return "logits";
    }
    return cell.kind() == PatchSite.NEURON ? "mlp" : cell.kind().name().toLowerCase(Locale.ROOT);
  }

  String name() {
    return cell == null ? "logits" : cell.unitName() + "." + kind();
  }

  /** Whether something written by a head of that layer comes here. */
  boolean hears(int sender, DecoderSpec spec) {
    if (cell == null) {
      return true;
    }
    boolean sameLayer = cell.kind() == PatchSite.NEURON && !spec.residual().parallel();
    return cell.layer() > sender || (sameLayer && cell.layer() == sender);
  }
}
