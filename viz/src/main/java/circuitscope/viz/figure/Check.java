package circuitscope.viz.figure;

import java.util.List;

/** The shape checks that every figure makes at its door. */
final class Check {
  private Check() {}

  static void sameLength(
      Heading heading, String left, int leftCount, String right, int rightCount) {
    if (leftCount != rightCount) {
      throw new IllegalArgumentException(
          "figure '%s': %d %s, but %d %s; expected as many of one as of the other"
              .formatted(heading.id(), leftCount, left, rightCount, right));
    }
  }

  static void notEmpty(Heading heading, String what, int count) {
    if (count == 0) {
      throw new IllegalArgumentException(
          "figure '%s' has no %s; there is nothing to draw".formatted(heading.id(), what));
    }
  }

  /** Labels are either absent, which means that indices are shown, or one for each cell. */
  static void labelled(Heading heading, String axis, List<String> labels, int count) {
    if (!labels.isEmpty()) {
      sameLength(heading, axis + " labels", labels.size(), axis, count);
    }
  }

  static void ordered(String what, double low, double high) {
    if (!(low < high) || Double.isInfinite(low) || Double.isInfinite(high)) {
      throw new IllegalArgumentException(
          "%s: expected two finite numbers with low < high, got %s to %s"
              .formatted(what, low, high));
    }
  }
}
