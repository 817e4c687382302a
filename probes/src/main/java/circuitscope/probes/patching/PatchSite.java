package circuitscope.probes.patching;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.trace.SiteKind;

/** What can be patched. */
public enum PatchSite {
  RESID_PRE(SiteKind.RESID_PRE),
  RESID_MID(SiteKind.RESID_MID),
  ATTN_OUT(SiteKind.ATTN_OUT),
  MLP_OUT(SiteKind.MLP_OUT),
  Z(SiteKind.Z),
  Q(SiteKind.Q),
  K(SiteKind.K),
  V(SiteKind.V),
  PATTERN(SiteKind.PATTERN),
  /** Neurons after their activation, of which only the best by attribution are patched. */
  NEURON(SiteKind.MLP_POST);

  private final SiteKind kind;

  PatchSite(SiteKind kind) {
    this.kind = kind;
  }

  public SiteKind kind() {
    return kind;
  }

  /** Whether a cell is a head (key/value head) or a neuron rather than the whole width. */
  public boolean hasUnits() {
    return unitAxis() >= 0;
  }

  int unitAxis() {
    return this == NEURON ? kind.axes().indexOf('m') : kind.headAxis();
  }

  /** Units of a layer: 1 where the site has none. */
  int units(DecoderSpec spec) {
    return hasUnits() ? Math.toIntExact(kind.shape(spec, 1, 1, 1)[unitAxis()]) : 1;
  }
}
