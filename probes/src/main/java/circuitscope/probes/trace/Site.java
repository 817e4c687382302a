package circuitscope.probes.trace;

import java.util.Comparator;

/**
 * A named place in the forward pass where a value can be read, replaced or differentiated.
 *
 * @param layer the layer, −1 for sites outside the layers
 */
public record Site(SiteKind kind, int layer) implements Comparable<Site> {

  private static final Comparator<Site> FORWARD =
      Comparator.comparingInt(Site::part).thenComparingInt(Site::layer).thenComparing(Site::kind);

  public Site {
    if (kind.ofLayer() != layer >= 0) {
      throw new IllegalArgumentException(
          kind + (kind.ofLayer() ? " needs a layer" : " has no layer") + ", got " + layer);
    }
  }

  public static Site of(SiteKind kind, int layer) {
    return new Site(kind, layer);
  }

  /** A site outside the layers, such as {@code hook_embed} or {@code logits}. */
  public static Site of(SiteKind kind) {
    return new Site(kind, -1);
  }

  /** TransformerLens's name, such as {@code blocks.3.attn.hook_pattern}. */
  public String name() {
    return kind.name(layer);
  }

  /** In the order of the forward pass. */
  @Override
  public int compareTo(Site other) {
    return FORWARD.compare(this, other);
  }

  /** 0 before the layers, 1 in them, 2 after them. */
  private int part() {
    return switch (kind) {
      case EMBED, POS_EMBED -> 0;
      case LN_FINAL_SCALE, LN_FINAL_NORMALIZED, LN_FINAL_OUT, LOGITS -> 2;
      default -> 1;
    };
  }

  @Override
  public String toString() {
    return name();
  }
}
