package circuitscope.heads;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Selection;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Heads taken out of a model while it runs. */
public final class HeadAblation {
  private HeadAblation() {}

  /**
   * Full zero ablation: what the heads write becomes 0 and everything after it follows (Olsson et
   * al. 2022). The output bias, which belongs to no head, stays.
   *
   * @throws IllegalArgumentException for a head that the model does not have
   */
  public static Taps zero(DecoderSpec spec, Collection<HeadName> heads) {
    Map<Integer, List<HeadName>> byLayer =
        heads.stream()
            .map(head -> head.checked(spec))
            .collect(Collectors.groupingBy(HeadName::layer, TreeMap::new, Collectors.toList()));
    List<Interventions.Edit> edits = new ArrayList<>();
    byLayer.forEach(
        (layer, inLayer) -> {
          int[] indices = inLayer.stream().mapToInt(HeadName::head).distinct().toArray();
          edits.add(
              new Interventions.Edit(
                  Site.of(SiteKind.Z, layer), Selection.ofHeads(indices), new Intervention.Zero()));
        });
    return new Interventions(spec, edits);
  }
}
