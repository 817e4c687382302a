package circuitscope.heads.causal;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What takes the place of a head's output z, at all positions. */
public enum AblationKind {
  /** Nothing; all that follows is computed anew (full ablation, Olsson et al. 2022). */
  ZERO("z = 0 at all positions, everything after it recomputed"),
  /**
   * Nothing, while all attention patterns stay those of the untouched run (Olsson et al. 2022):
   * only what the head adds to values counts, not how later heads attend because of it.
   */
  PATTERN_PRESERVING("z = 0 at all positions, all patterns forced to those of the untouched run"),
  /** Its mean over reference rows. */
  MEAN("z = its mean over the reference rows"),
  /** What it is on another row, position by position. */
  RESAMPLE("z = that of another, reference row at the same position");

  private final String definition;

  AblationKind(String definition) {
    this.definition = definition;
  }

  /** In one line, for protocols. */
  public String definition() {
    return definition;
  }

  /** Whether rows other than the measured ones are read. */
  public boolean needsReference() {
    return this == MEAN || this == RESAMPLE;
  }

  /** As it is written: {@code pattern-preserving}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
