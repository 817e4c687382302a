package circuitscope.viz.layout;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Cuts shapes at the edges of a plot, so that no painter has to. */
final class Clip {
  /** Points of one shape. */
  record Points(double[] x, double[] y) {}

  private Clip() {}

  /** The parts of a polyline inside {@code box}; points that are not finite break it. */
  static List<Points> polyline(double[] x, double[] y, Box box) {
    List<Points> parts = new ArrayList<>();
    List<double[]> part = new ArrayList<>();
    for (int i = 0; i + 1 < x.length; i++) {
      double[] cut = segment(x[i], y[i], x[i + 1], y[i + 1], box);
      if (cut == null) {
        finish(part, parts);
        continue;
      }
      if (part.isEmpty()) {
        part.add(new double[] {cut[0], cut[1]});
      }
      part.add(new double[] {cut[2], cut[3]});
      if (cut[2] != x[i + 1] || cut[3] != y[i + 1]) {
        finish(part, parts);
      }
    }
    finish(part, parts);
    return parts;
  }

  private static void finish(List<double[]> part, List<Points> parts) {
    if (!part.isEmpty()) {
      parts.add(points(part));
      part.clear();
    }
  }

  /** The segment inside the box (Liang and Barsky 1984) as {x1, y1, x2, y2}, or null. */
  private static double @Nullable [] segment(double x1, double y1, double x2, double y2, Box box) {
    double dx = x2 - x1;
    double dy = y2 - y1;
    if (!Double.isFinite(dx) || !Double.isFinite(dy)) {
      return null;
    }
    double[] p = {-dx, dx, -dy, dy};
    double[] q = {x1 - box.x(), box.right() - x1, y1 - box.y(), box.bottom() - y1};
    double enter = 0;
    double leave = 1;
    for (int side = 0; side < 4; side++) {
      if (p[side] == 0) {
        if (q[side] < 0) {
          return null;
        }
      } else if (p[side] < 0) {
        enter = Math.max(enter, q[side] / p[side]);
      } else {
        leave = Math.min(leave, q[side] / p[side]);
      }
    }
    if (enter > leave) {
      return null;
    }
    return new double[] {
      enter == 0 ? x1 : x1 + enter * dx,
      enter == 0 ? y1 : y1 + enter * dy,
      leave == 1 ? x2 : x1 + leave * dx,
      leave == 1 ? y2 : y1 + leave * dy
    };
  }

  /** The part of a polygon inside {@code box} (Sutherland and Hodgman 1974); may be empty. */
  static Points polygon(double[] x, double[] y, Box box) {
    List<double[]> corners = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      corners.add(new double[] {x[i], y[i]});
    }
    corners = half(corners, 0, box.x(), 1);
    corners = half(corners, 0, box.right(), -1);
    corners = half(corners, 1, box.y(), 1);
    corners = half(corners, 1, box.bottom(), -1);
    return points(corners);
  }

  /** Keeps what lies at {@code sign · (coordinate − edge) ≥ 0}. */
  private static List<double[]> half(List<double[]> corners, int axis, double edge, int sign) {
    List<double[]> kept = new ArrayList<>();
    for (int i = 0; i < corners.size(); i++) {
      double[] from = corners.get(i);
      double[] to = corners.get((i + 1) % corners.size());
      boolean fromInside = sign * (from[axis] - edge) >= 0;
      boolean toInside = sign * (to[axis] - edge) >= 0;
      if (fromInside) {
        kept.add(from);
      }
      if (fromInside != toInside) {
        double share = (edge - from[axis]) / (to[axis] - from[axis]);
        double[] crossing = {
          from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])
        };
        crossing[axis] = edge;
        kept.add(crossing);
      }
    }
    return kept;
  }

  private static Points points(List<double[]> list) {
    return new Points(
        list.stream().mapToDouble(point -> point[0]).toArray(),
        list.stream().mapToDouble(point -> point[1]).toArray());
  }
}
