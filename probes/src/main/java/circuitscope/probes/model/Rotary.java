package circuitscope.probes.model;

/**
 * Rotary position embedding (Su et al. 2021): pairs of the first {@code dimensions} of every query
 * and key head are turned by position × frequency.
 *
 * @param dimensions rotated entries of a head; the rest passes unchanged
 * @param theta the base of the frequencies, θ^(−2j/dimensions)
 * @param interleaved true when a pair is entries (2j, 2j+1), as GPT-J has it; false when it is (j,
 *     j + dimensions/2)
 * @param scaling how the frequencies are stretched beyond the trained context
 */
public record Rotary(int dimensions, double theta, boolean interleaved, RopeScaling scaling) {

  public Rotary {
    if (dimensions <= 0 || dimensions % 2 != 0) {
      throw new UnsupportedModelException(
          "rotary embedding turns pairs, so its dimensions must be even and positive, got "
              + dimensions);
    }
  }

  /**
   * Angles a position turns by, rounded to float32 at each step as the reference computes them.
   *
   * @param positions how many positions a run reaches, on which some scalings depend
   * @return {@code [dimensions / 2]}
   */
  public float[] inverseFrequencies(int positions) {
    return scaling.inverseFrequencies(dimensions, theta, positions);
  }
}
