package circuitscope.probes.seed.boundaries;

/**
 * Two ways to cut a text, compared.
 *
 * @param both places cut by both
 * @param ours cut by the one
 * @param theirs cut by the other
 * @param places there are
 */
record Cuts(long both, long ours, long theirs, long places) {

  static Cuts of(boolean[] ours, boolean[] theirs) {
    long both = 0;
    long one = 0;
    long other = 0;
    for (int n = 1; n < ours.length; n++) {
      both += ours[n] && theirs[n] ? 1 : 0;
      one += ours[n] ? 1 : 0;
      other += theirs[n] ? 1 : 0;
    }
    return new Cuts(both, one, other, ours.length - 1);
  }

  double[] sums() {
    return new double[] {both, ours, theirs, places};
  }

  /** F1 of sums over texts: 2 · both / (ours + theirs). */
  static double f1(double[] sums) {
    return 2 * sums[0] / (sums[1] + sums[2]);
  }

  /** F1 of as many cuts at random places. */
  static double randomF1(double[] sums) {
    return 2 * sums[1] * sums[2] / sums[3] / (sums[1] + sums[2]);
  }
}
