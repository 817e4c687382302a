package circuitscope.probes.model;

import java.util.List;

/**
 * How rotary frequencies are stretched beyond the trained context. Formulas and defaults are those
 * of Hugging Face transformers 5.17 ({@code modeling_rope_utils}), float32 at every step.
 */
public sealed interface RopeScaling {

  /**
   * Angles a position turns by.
   *
   * @param dimensions rotated entries of a head
   * @param theta base of the frequencies
   * @param positions how many positions the run reaches (largest position + 1)
   * @return {@code [dimensions / 2]}
   */
  float[] inverseFrequencies(int dimensions, double theta, int positions);

  /** What cosine and sine are multiplied by; 1 but for YaRN and LongRoPE. */
  default double attentionFactor() {
    return 1;
  }

  /** Whether the frequencies depend on how many positions a run reaches. */
  default boolean dependsOnLength() {
    return false;
  }

  private static float[] plain(int dimensions, double theta) {
    float[] inverse = new float[dimensions / 2];
    for (int j = 0; j < inverse.length; j++) {
      float exponent = (float) (2 * j) / dimensions;
      inverse[j] = 1f / (float) Math.pow(theta, exponent);
    }
    return inverse;
  }

  /** Frequencies as trained. */
  record None() implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      return plain(dimensions, theta);
    }
  }

  /** Position interpolation: all frequencies over {@code factor} (Chen et al. 2023). */
  record Linear(double factor) implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      float[] inverse = plain(dimensions, theta);
      for (int j = 0; j < inverse.length; j++) {
        inverse[j] /= (float) factor;
      }
      return inverse;
    }
  }

  /** NTK-aware: the base grows once the run is longer than {@code trained} positions. */
  record Dynamic(double factor, int trained) implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      if (positions <= trained) {
        return plain(dimensions, theta);
      }
      double growth = factor * positions / trained - (factor - 1);
      return plain(dimensions, theta * Math.pow(growth, dimensions / (dimensions - 2.0)));
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }
  }

  /** Llama 3: long waves interpolated, short ones kept, a ramp between. */
  record Llama3(double factor, double lowFactor, double highFactor, int trained)
      implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      float[] inverse = plain(dimensions, theta);
      double lowWavelength = trained / lowFactor;
      double highWavelength = trained / highFactor;
      for (int j = 0; j < inverse.length; j++) {
        double wavelength = 2 * Math.PI / inverse[j];
        if (wavelength > lowWavelength) {
          inverse[j] = (float) (inverse[j] / factor);
        } else if (wavelength >= highWavelength) {
          double smooth = (trained / wavelength - lowFactor) / (highFactor - lowFactor);
          inverse[j] = (float) ((1 - smooth) * inverse[j] / factor + smooth * inverse[j]);
        }
      }
      return inverse;
    }
  }

  /**
   * YaRN (Peng et al. 2023): a ramp between interpolated and kept frequencies, and sharper scores.
   *
   * @param truncate whether the ramp's ends are rounded to whole dimensions
   */
  record Yarn(
      double factor,
      double attentionFactor,
      double betaFast,
      double betaSlow,
      int trained,
      boolean truncate)
      implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      double low = correction(betaFast, dimensions, theta);
      double high = correction(betaSlow, dimensions, theta);
      if (truncate) {
        low = Math.floor(low);
        high = Math.ceil(high);
      }
      low = Math.max(low, 0);
      high = Math.min(high, dimensions - 1);
      if (low == high) {
        high += 0.001;
      }
      float[] inverse = plain(dimensions, theta);
      for (int j = 0; j < inverse.length; j++) {
        float ramp = (float) Math.clamp((j - low) / (high - low), 0, 1);
        inverse[j] = (float) (inverse[j] / factor) * ramp + inverse[j] * (1 - ramp);
      }
      return inverse;
    }

    /** The dimension whose wave makes {@code rotations} turns over the trained context. */
    private double correction(double rotations, int dimensions, double theta) {
      return dimensions * Math.log(trained / (rotations * 2 * Math.PI)) / (2 * Math.log(theta));
    }
  }

  /** LongRoPE (Ding et al. 2024): a factor a frequency, one set up to {@code trained} positions. */
  record LongRope(
      List<Double> shortFactors, List<Double> longFactors, double attentionFactor, int trained)
      implements RopeScaling {
    @Override
    public float[] inverseFrequencies(int dimensions, double theta, int positions) {
      List<Double> factors = positions > trained ? longFactors : shortFactors;
      if (factors.size() != dimensions / 2) {
        throw new UnsupportedModelException(
            "longrope needs one factor a rotated pair: expected %d, config.json has %d"
                .formatted(dimensions / 2, factors.size()));
      }
      float[] inverse = new float[dimensions / 2];
      for (int j = 0; j < inverse.length; j++) {
        float power = (float) Math.pow(theta, (float) (2 * j) / dimensions);
        inverse[j] = 1f / (factors.get(j).floatValue() * power);
      }
      return inverse;
    }

    @Override
    public boolean dependsOnLength() {
      return true;
    }
  }
}
