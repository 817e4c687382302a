package circuitscope.viz.layout;

import java.util.ArrayList;
import java.util.List;

/** Marks placed around an origin of their own: a part of a page, before its place is known. */
record Block(double width, double height, List<Mark> marks) {

  Block {
    marks = List.copyOf(marks);
  }

  static Block empty() {
    return new Block(0, 0, List.of());
  }

  List<Mark> at(double x, double y) {
    List<Mark> moved = new ArrayList<>(marks.size());
    for (Mark mark : marks) {
      moved.add(mark.movedBy(x, y));
    }
    return moved;
  }
}
