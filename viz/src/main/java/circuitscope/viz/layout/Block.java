package circuitscope.viz.layout;

import java.util.List;

/**
 * Marks placed around an origin of their own: a part of a page, before its place is known.
 *
 * @param picks what lies where, for the mouse
 */
record Block(double width, double height, List<Mark> marks, List<PickRegion> picks) {

  Block {
    marks = List.copyOf(marks);
    picks = List.copyOf(picks);
  }

  static Block empty() {
    return new Block(0, 0, List.of(), List.of());
  }

  Block movedBy(double x, double y) {
    return new Block(
        width,
        height,
        marks.stream().map(mark -> mark.movedBy(x, y)).toList(),
        picks.stream().map(pick -> pick.movedBy(x, y)).toList());
  }
}
