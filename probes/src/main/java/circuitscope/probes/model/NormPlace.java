package circuitscope.probes.model;

import circuitscope.probes.trace.SiteKind;

/**
 * Where the decoder normalises, with the slots that hold the parameters and the sites met there.
 */
enum NormPlace {
  LN1(
      Slot.LN1_WEIGHT,
      Slot.LN1_BIAS,
      SiteKind.LN1_SCALE,
      SiteKind.LN1_NORMALIZED,
      SiteKind.LN1_OUT),
  LN1_POST(
      Slot.LN1_POST_WEIGHT,
      Slot.LN1_POST_BIAS,
      SiteKind.LN1_POST_SCALE,
      SiteKind.LN1_POST_NORMALIZED,
      SiteKind.LN1_POST_OUT),
  LN2(
      Slot.LN2_WEIGHT,
      Slot.LN2_BIAS,
      SiteKind.LN2_SCALE,
      SiteKind.LN2_NORMALIZED,
      SiteKind.LN2_OUT),
  LN2_POST(
      Slot.LN2_POST_WEIGHT,
      Slot.LN2_POST_BIAS,
      SiteKind.LN2_POST_SCALE,
      SiteKind.LN2_POST_NORMALIZED,
      SiteKind.LN2_POST_OUT),
  LN_FINAL(
      Slot.FINAL_NORM_WEIGHT,
      Slot.FINAL_NORM_BIAS,
      SiteKind.LN_FINAL_SCALE,
      SiteKind.LN_FINAL_NORMALIZED,
      SiteKind.LN_FINAL_OUT);

  final Slot weight;
  final Slot bias;
  final SiteKind scale;
  final SiteKind normalized;
  final SiteKind out;

  NormPlace(Slot weight, Slot bias, SiteKind scale, SiteKind normalized, SiteKind out) {
    this.weight = weight;
    this.bias = bias;
    this.scale = scale;
    this.normalized = normalized;
    this.out = out;
  }
}
