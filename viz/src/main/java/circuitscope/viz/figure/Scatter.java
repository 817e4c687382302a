package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;

/** Points over a pair of axes, in groups of one colour and marker each. */
public record Scatter(
    Heading heading, PlotAxis x, PlotAxis y, List<Group> groups, List<Guide> guides)
    implements Figure {

  public Scatter {
    groups = List.copyOf(groups);
    guides = List.copyOf(guides);
    Check.notEmpty(heading, "groups", groups.size());
    for (Group group : groups) {
      Check.sameLength(
          heading, "x of '" + group.name() + "'", group.x().length, "y", group.y().length);
      Check.labelled(heading, "points of '" + group.name() + "'", group.labels(), group.x().length);
    }
  }

  public Scatter(Heading heading, PlotAxis x, PlotAxis y, List<Group> groups) {
    this(heading, x, y, groups, List.of());
  }

  /**
   * The points of one colour.
   *
   * @param labels one a point, empty text for an unlabelled point, or an empty list. Where labels
   *     would collide, those of earlier points are kept: put the important points first.
   */
  public record Group(String name, double[] x, double[] y, List<String> labels) {

    public Group {
      labels = List.copyOf(labels);
    }

    public Group(String name, double[] x, double[] y) {
      this(name, x, y, List.of());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Group that
          && name.equals(that.name)
          && Arrays.equals(x, that.x)
          && Arrays.equals(y, that.y)
          && labels.equals(that.labels);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * name.hashCode() + Arrays.hashCode(x)) + Arrays.hashCode(y);
    }
  }
}
