package circuitscope.probes.patching;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import java.util.ArrayList;
import java.util.List;

/** What is held at the unpatched run's values. */
final class FrozenRun {
  private static final List<SiteKind> SCALES =
      List.of(
          SiteKind.LN1_SCALE,
          SiteKind.LN1_POST_SCALE,
          SiteKind.LN2_SCALE,
          SiteKind.LN2_POST_SCALE,
          SiteKind.LN_FINAL_SCALE);

  private FrozenRun() {}

  /** The denominators of every norm. */
  static List<Site> scales(DecoderSpec spec) {
    List<Site> scales = new ArrayList<>();
    for (SiteKind kind : SCALES) {
      if (kind.existsIn(spec)) {
        scales.addAll(kind.ofLayer() ? Sites.inEveryLayer(kind, spec) : List.of(Site.of(kind)));
      }
    }
    return scales;
  }
}
