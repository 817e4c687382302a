package circuitscope.viz.figure;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bars from 0, one for each category and group, with optional intervals.
 *
 * @param categoryTitle what the categories are, "head" say; empty for none
 */
public record Bars(
    Heading heading,
    String categoryTitle,
    PlotAxis value,
    List<String> categories,
    List<Group> groups,
    Direction direction,
    List<Guide> guides)
    implements Figure {

  /** Which way the bars grow. Lying bars have room for long category names. */
  public enum Direction {
    UPRIGHT,
    LYING
  }

  public Bars {
    categories = List.copyOf(categories);
    groups = List.copyOf(groups);
    guides = List.copyOf(guides);
    Check.notEmpty(heading, "categories", categories.size());
    Check.notEmpty(heading, "groups", groups.size());
    for (Group group : groups) {
      int values = group.values().length;
      Check.sameLength(
          heading, "values in '" + group.name() + "'", values, "categories", categories.size());
      Interval interval = group.interval();
      if (interval != null) {
        Check.sameLength(
            heading,
            "values in '" + group.name() + "'",
            values,
            "intervals",
            interval.low().length);
      }
    }
    for (Guide guide : guides) {
      if (guide.axis() != Guide.Axis.Y) {
        throw new IllegalArgumentException(
            "figure '%s': the guide '%s' stands on the categories; bars take guides on their values (Y) only"
                .formatted(heading.id(), guide.label()));
      }
    }
  }

  public Bars(
      Heading heading,
      String categoryTitle,
      PlotAxis value,
      List<String> categories,
      List<Group> groups) {
    this(heading, categoryTitle, value, categories, groups, Direction.UPRIGHT, List.of());
  }

  /**
   * The bars of one colour.
   *
   * @param values one a category; NaN for no bar
   */
  public record Group(String name, double[] values, @Nullable Interval interval) {

    public Group(String name, double[] values) {
      this(name, values, null);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Group that
          && name.equals(that.name)
          && Arrays.equals(values, that.values)
          && (interval == null ? that.interval == null : interval.equals(that.interval));
    }

    @Override
    public int hashCode() {
      return 31 * name.hashCode() + Arrays.hashCode(values);
    }
  }
}
