package circuitscope.heads.composition;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What of the later head reads what the earlier head writes. */
public enum CompositionMode {
  /** Its queries: ‖OV·QK‖. */
  Q("its queries read"),
  /** Its keys: ‖OV·QKᵀ‖. */
  K("its keys read"),
  /** Its values: ‖OV·OV′‖. */
  V("its values read"),
  /**
   * Its queries, of positions that the earlier head moved, matched with the positions of keys:
   * ‖P·OV·QK·Pᵀ‖ with the table of position vectors P, its mean taken away.
   */
  POSITION("its queries and keys match, of the positions of tokens,");

  private final String reading;

  CompositionMode(String reading) {
    this.reading = reading;
  }

  /** As it stands in results. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return this == POSITION ? "Q-composition through positions" : name() + "-composition";
  }

  String reading() {
    return reading;
  }
}
