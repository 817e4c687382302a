package circuitscope.viz.figure;

import java.util.List;

/**
 * One small matrix for each head of the chosen layers: layers downwards, heads across, one colour
 * scale for all.
 *
 * @param layers the layer numbers shown, top to bottom
 * @param heads the head numbers shown, left to right
 * @param patterns row-major {@code [layer, head]}, all of one shape
 */
public record HeadGrid(
    Heading heading,
    List<Integer> layers,
    List<Integer> heads,
    List<Matrix> patterns,
    Colours colours,
    CellMask mask)
    implements Figure {

  public HeadGrid {
    layers = List.copyOf(layers);
    heads = List.copyOf(heads);
    patterns = List.copyOf(patterns);
    Check.notEmpty(heading, "patterns", patterns.size());
    Check.sameLength(
        heading, "layers × heads", layers.size() * heads.size(), "patterns", patterns.size());
    Matrix first = patterns.getFirst();
    for (Matrix pattern : patterns) {
      if (pattern.rows() != first.rows() || pattern.columns() != first.columns()) {
        throw new IllegalArgumentException(
            "figure '%s': patterns of %d × %d and of %d × %d; a head grid has one shape"
                .formatted(
                    heading.id(),
                    first.rows(),
                    first.columns(),
                    pattern.rows(),
                    pattern.columns()));
      }
    }
  }

  public Matrix pattern(int layerIndex, int headIndex) {
    return patterns.get(layerIndex * heads.size() + headIndex);
  }
}
