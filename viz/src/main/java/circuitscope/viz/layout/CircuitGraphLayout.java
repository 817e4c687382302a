package circuitscope.viz.layout;

import circuitscope.viz.figure.CircuitGraph;
import circuitscope.viz.figure.CircuitGraph.Edge;
import circuitscope.viz.figure.CircuitGraph.Port;
import circuitscope.viz.layout.Mark.Text.Anchor;
import circuitscope.viz.palette.Categorical;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * Places the rows of a graph from the bottom upwards, its edges as curves behind the nodes. Queries
 * enter a node on the left by a solid line, keys in the middle by a dashed one, values on the right
 * by a dotted one.
 */
final class CircuitGraphLayout {
  private static final double NODE_HEIGHT = 1.5;
  private static final double WIDEST = 3.2;
  private static final int SEGMENTS = 12;

  private final CircuitGraph figure;
  private final Pen pen;
  private final double em;
  private final Map<String, Box> boxes = new HashMap<>();
  private final double pageWidth;
  private double height;

  private CircuitGraphLayout(CircuitGraph figure, FigureStyle style, double width) {
    this.pageWidth = width;
    this.figure = figure;
    this.pen = new Pen(style);
    this.em = pen.em();
  }

  static Block place(CircuitGraph figure, FigureStyle style, double width) {
    return new CircuitGraphLayout(figure, style, width).block(style, width);
  }

  private Block block(FigureStyle style, double width) {
    double names = pen.widest(figure.rows().stream().map(CircuitGraph.Row::name).toList()) + em;
    double labels = 0;
    for (CircuitGraph.Row row : figure.rows()) {
      labels = Math.max(labels, pen.widest(row.nodes().stream().map(n -> n.label()).toList()));
    }
    double nodeWidth = Math.min(labels + 0.9 * em, width - names);
    arrange(names, width, nodeWidth);
    figure.edges().stream()
        .sorted(Comparator.comparingDouble(edge -> Math.abs(edge.score())))
        .forEach(this::draw);
    for (CircuitGraph.Row row : figure.rows()) {
      for (CircuitGraph.Node node : row.nodes()) {
        Box box = box(node.id());
        pen.rect(box, pen.theme().paper());
        pen.frame(box);
        pen.pick(new PickRegion.Spot(box, new Pick.Node(figure.id(), node)));
        String label = pen.fitted(node.label(), box.width() - 0.4 * em);
        pen.label(label, box.x() + box.width() / 2, box.y() + box.height() / 2, Anchor.MIDDLE);
      }
      Box first = box(row.nodes().getFirst().id());
      pen.label(
          row.name(), 0, first.y() + first.height() / 2, Anchor.START, pen.theme().faintInk());
    }
    return CurvesLayout.below(legend(style, width), pen.block(width, height));
  }

  /** Rows that are wider than the page go over several lines. */
  private void arrange(double left, double width, double nodeWidth) {
    double gap = 0.5 * em;
    int fitting = Math.max(1, (int) ((width - left + gap) / (nodeWidth + gap)));
    double step = (figure.rows().size() > 24 ? 2.8 : 4.2) * em;
    List<List<CircuitGraph.Node>> lines = new ArrayList<>();
    List<Double> tops = new ArrayList<>();
    double y = 0;
    for (int i = figure.rows().size() - 1; i >= 0; i--) {
      List<CircuitGraph.Node> nodes = figure.rows().get(i).nodes();
      for (int from = 0; from < nodes.size(); from += fitting) {
        lines.add(nodes.subList(from, Math.min(nodes.size(), from + fitting)));
        tops.add(y);
        y += from + fitting < nodes.size() ? 2.2 * em : step;
      }
    }
    height = y - step + NODE_HEIGHT * em;
    for (int i = 0; i < lines.size(); i++) {
      double slot = (width - left) / lines.get(i).size();
      for (int n = 0; n < lines.get(i).size(); n++) {
        double x = left + slot * (n + 0.5) - nodeWidth / 2;
        Box box = new Box(x, tops.get(i), nodeWidth, NODE_HEIGHT * em);
        boxes.put(lines.get(i).get(n).id(), box);
      }
    }
  }

  private Box box(String node) {
    return Objects.requireNonNull(boxes.get(node));
  }

  private void draw(Edge edge) {
    Box from = box(edge.from());
    Box to = box(edge.to());
    double share =
        switch (edge.port()) {
          case QUERY -> 0.2;
          case KEY, WHOLE -> 0.5;
          case VALUE -> 0.8;
        };
    Curve straight =
        new Curve(
            from.x() + from.width() / 2, from.y(), to.x() + share * to.width(), to.bottom(), 0);
    Curve best = straight;
    for (double bulge : new double[] {1, -1, 2, -2, 3, -3}) {
      Curve around = straight.bent(bulge * 0.7 * from.width());
      boolean inside = Arrays.stream(around.x()).allMatch(x -> x >= 0 && x <= pageWidth);
      best = inside && hidden(around, edge) < hidden(best, edge) ? around : best;
    }
    pen.add(new Mark.Polyline(best.x(), best.y(), stroke(edge.port(), edge.score())));
    pen.pick(new PickRegion.Trail(best.x(), best.y(), new Pick.Edge(figure.id(), edge)));
  }

  /** How many points of a curve lie behind nodes that it does not join. */
  private int hidden(Curve curve, Edge edge) {
    int hidden = 0;
    double[] x = curve.x();
    double[] y = curve.y();
    for (Map.Entry<String, Box> node : boxes.entrySet()) {
      Box box = node.getValue();
      if (node.getKey().equals(edge.from()) || node.getKey().equals(edge.to())) {
        continue;
      }
      for (int i = 0; i <= SEGMENTS; i++) {
        boolean inside =
            x[i] > box.x() && x[i] < box.right() && y[i] > box.y() && y[i] < box.bottom();
        hidden += inside ? 1 : 0;
      }
    }
    return hidden;
  }

  /** Leaves one point and enters another upright; {@code bulge} points aside half-way. */
  private record Curve(double x1, double y1, double x2, double y2, double bulge) {
    Curve bent(double aside) {
      return new Curve(x1, y1, x2, y2, aside);
    }

    double[] x() {
      double[] x = new double[SEGMENTS + 1];
      for (int i = 0; i <= SEGMENTS; i++) {
        double t = (double) i / SEGMENTS;
        double aside = 16 * t * t * (1 - t) * (1 - t) * bulge;
        x[i] = rounded(x1 + (x2 - x1) * t * t * (3 - 2 * t) + aside);
      }
      return x;
    }

    double[] y() {
      double[] y = new double[SEGMENTS + 1];
      for (int i = 0; i <= SEGMENTS; i++) {
        y[i] = rounded(y1 + (y2 - y1) * i / SEGMENTS);
      }
      return y;
    }
  }

  private static double rounded(double points) {
    return Math.round(points * 20) / 20.0;
  }

  private Stroke stroke(Port port, double score) {
    double largest =
        figure.edges().stream().mapToDouble(edge -> Math.abs(edge.score())).max().orElse(1);
    double share = largest > 0 ? Math.abs(score) / largest : 1;
    double dash =
        switch (port) {
          case QUERY, WHOLE -> 0;
          case KEY -> 3;
          case VALUE -> 1;
        };
    int colour = Categorical.colour(score < 0 ? 0 : 1, pen.theme());
    return new Stroke(colour, 0.35 + WIDEST * Math.sqrt(share) * share, dash);
  }

  private Block legend(FigureStyle style, double width) {
    List<Legend.Entry> entries = new ArrayList<>();
    double largest =
        figure.edges().stream().mapToDouble(edge -> Math.abs(edge.score())).max().orElse(1);
    if (figure.edges().stream().anyMatch(edge -> edge.score() < 0)) {
      entries.add(entry(figure.negative(), Port.WHOLE, -0.5 * largest));
    }
    if (figure.edges().stream().anyMatch(edge -> edge.score() >= 0)) {
      entries.add(entry(figure.positive(), Port.WHOLE, 0.5 * largest));
    }
    for (Port port : List.of(Port.QUERY, Port.KEY, Port.VALUE)) {
      if (figure.edges().stream().anyMatch(edge -> edge.port() == port)) {
        Stroke stroke = stroke(port, 0.3 * largest);
        int ink = pen.theme().faintInk();
        entries.add(
            new Legend.Entry(
                port.name().toLowerCase(Locale.ROOT),
                (to, x, y, w) ->
                    to.line(x, y, x + w, y, new Stroke(ink, stroke.width(), stroke.dash()))));
      }
    }
    return Legend.of(style, entries, width);
  }

  private Legend.Entry entry(String name, Port port, double score) {
    Stroke stroke = stroke(port, score);
    return new Legend.Entry(name, (to, x, y, w) -> to.line(x, y, x + w, y, stroke));
  }
}
