package circuitscope.viz.paint;

import java.util.Locale;

/** The kinds of file that a figure is painted to. */
public enum Format {
  SVG,
  PDF,
  PNG;

  /** {@code "svg"}, {@code "pdf"} or {@code "png"}. */
  public String extension() {
    return name().toLowerCase(Locale.ROOT);
  }
}
