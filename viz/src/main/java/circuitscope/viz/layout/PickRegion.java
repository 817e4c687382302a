package circuitscope.viz.layout;

import java.util.Optional;

/** A part of the page and what lies there: beside the marks, decided by the same layout. */
public sealed interface PickRegion {

  /** How far, in points, a place may be from a region to be {@linkplain #distance found} in it. */
  double REACH = 3;

  /** Points from a place to the region; 0 inside it. */
  double distance(double x, double y);

  /** What lies at a place within {@link #REACH}. */
  Optional<Pick> at(double x, double y);

  PickRegion movedBy(double dx, double dy);

  /** One thing in a rectangle. */
  record Spot(Box box, Pick pick) implements PickRegion {
    @Override
    public double distance(double x, double y) {
      return box.distance(x, y);
    }

    @Override
    public Optional<Pick> at(double x, double y) {
      return Optional.of(pick);
    }

    @Override
    public Spot movedBy(double dx, double dy) {
      return new Spot(box.movedBy(dx, dy), pick);
    }
  }

  /** One thing along joined straight lines. */
  record Trail(double[] x, double[] y, Pick pick) implements PickRegion {
    @Override
    public double distance(double px, double py) {
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i + 1 < x.length; i++) {
        double dx = x[i + 1] - x[i];
        double dy = y[i + 1] - y[i];
        double square = dx * dx + dy * dy;
        double along = square == 0 ? 0 : ((px - x[i]) * dx + (py - y[i]) * dy) / square;
        double t = Math.clamp(along, 0, 1);
        least = Math.min(least, Math.hypot(px - x[i] - t * dx, py - y[i] - t * dy));
      }
      return least;
    }

    @Override
    public Optional<Pick> at(double px, double py) {
      return Optional.of(pick);
    }

    @Override
    public Trail movedBy(double dx, double dy) {
      double[] movedX = x.clone();
      double[] movedY = y.clone();
      for (int i = 0; i < movedX.length; i++) {
        movedX[i] += dx;
        movedY[i] += dy;
      }
      return new Trail(movedX, movedY, pick);
    }
  }

  /** Cells of one size, rows downwards. */
  record Grid(Box box, int rows, int columns, Cells cells) implements PickRegion {

    /** What each cell is. */
    @FunctionalInterface
    public interface Cells {
      Pick at(int row, int column);
    }

    @Override
    public double distance(double x, double y) {
      return box.distance(x, y);
    }

    @Override
    public Optional<Pick> at(double x, double y) {
      if (box.distance(x, y) > 0) {
        return Optional.empty();
      }
      int row = (int) ((y - box.y()) / box.height() * rows);
      int column = (int) ((x - box.x()) / box.width() * columns);
      return Optional.of(cells.at(Math.min(row, rows - 1), Math.min(column, columns - 1)));
    }

    @Override
    public Grid movedBy(double dx, double dy) {
      return new Grid(box.movedBy(dx, dy), rows, columns, cells);
    }
  }
}
