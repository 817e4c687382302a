package circuitscope.viz.figure;

import java.util.List;

/**
 * Several figures on one page, with the letters a, b, c, … in reading order.
 *
 * @param columns how many panels stand side by side
 * @param panels up to 26 figures; a sheet inside a sheet is refused
 */
public record Sheet(Heading heading, int columns, List<Figure> panels) implements Figure {

  public Sheet {
    panels = List.copyOf(panels);
    Check.notEmpty(heading, "panels", panels.size());
    if (columns < 1 || panels.size() > 26) {
      throw new IllegalArgumentException(
          "sheet '%s': expected at least 1 column and at most 26 panels, got %d and %d"
              .formatted(heading.id(), columns, panels.size()));
    }
    for (Figure panel : panels) {
      if (panel instanceof Sheet) {
        throw new IllegalArgumentException(
            "sheet '%s': panel '%s' is itself a sheet; give its panels to this one"
                .formatted(heading.id(), panel.id()));
      }
    }
  }
}
