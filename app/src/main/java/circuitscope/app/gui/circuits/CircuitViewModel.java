package circuitscope.app.gui.circuits;

import circuitscope.app.gui.study.Answer;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.circuits.Circuit;
import circuitscope.probes.circuits.CircuitResult;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Curves;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Sheet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import org.jspecify.annotations.Nullable;

/** A circuit that grows and shrinks with a threshold on the scores of its edges. */
public final class CircuitViewModel {
  /**
   * The circuit at a threshold.
   *
   * @param edges of at least that |score|, before pruning
   * @param joined what is left of them when loose ends are pruned
   * @param nearest the judged size that is nearest to {@code edges}; null where none was judged
   * @param graph null when nothing is left
   * @param curve faithfulness by size, with the present one marked; null where none was judged
   * @param beside weights of the nodes that the subnetwork keeps; null without one
   */
  public record Shown(
      double threshold,
      int edges,
      int joined,
      @Nullable Judged nearest,
      @Nullable Figure graph,
      @Nullable Figure curve,
      @Nullable Figure beside) {}

  /** One size of the faithfulness curve. */
  public record Judged(int edges, double faithfulness) {}

  private final DoubleProperty position = new SimpleDoubleProperty(0);
  private final ReadOnlyObjectWrapper<Optional<Shown>> shown =
      new ReadOnlyObjectWrapper<>(Optional.empty());
  private @Nullable CircuitResult result;
  private double[] sizes = {};
  private List<Judged> judged = List.of();
  private @Nullable Curves curve;
  private @Nullable Figure beside;

  public CircuitViewModel() {
    position.addListener((property, old, now) -> show());
  }

  /** Takes an answer of {@code circuit.find}; begins at the size that it chose. */
  public void show(Answer answer) {
    if (!(answer.columns().getFirst().finished().result() instanceof CircuitResult found)) {
      return;
    }
    result = found;
    sizes =
        Arrays.stream(found.found().scores())
            .map(Math::abs)
            .filter(size -> size > 0)
            .sorted()
            .toArray();
    judged = judged(found);
    curve = curve(found);
    beside =
        answer.columns().size() < 2
            ? null
            : bars(answer.columns().getLast().finished().result().figures());
    double least =
        found.found().edges().stream()
            .mapToDouble(edge -> Math.abs(found.found().scores()[edge]))
            .min()
            .orElse(sizes.length == 0 ? 0 : sizes[sizes.length - 1]);
    double before = position.get();
    position.set(position(least));
    if (before == position.get()) {
      show();
    }
  }

  /** Where the threshold stands: 0 keeps every edge that scored, 1 the strongest alone. */
  public DoubleProperty positionProperty() {
    return position;
  }

  public ReadOnlyObjectProperty<Optional<Shown>> shownProperty() {
    return shown.getReadOnlyProperty();
  }

  /** Positions are even in log |score|. */
  private double threshold() {
    if (sizes.length == 0) {
      return 0;
    }
    double low = Math.log(sizes[0]);
    double high = Math.log(sizes[sizes.length - 1]);
    return Math.exp(low + position.get() * (high - low)) * (1 - 1e-12);
  }

  private double position(double size) {
    if (sizes.length == 0 || sizes[0] == sizes[sizes.length - 1]) {
      return 0;
    }
    double low = Math.log(sizes[0]);
    double high = Math.log(sizes[sizes.length - 1]);
    return Math.clamp((Math.log(size) - low) / (high - low), 0, 1);
  }

  private void show() {
    CircuitResult found = result;
    if (found == null) {
      return;
    }
    double threshold = threshold();
    double[] scores = found.found().scores();
    BitSet edges = new BitSet();
    IntStream.range(0, scores.length)
        .filter(edge -> Math.abs(scores[edge]) >= threshold)
        .forEach(edges::set);
    Circuit circuit = new Circuit(found.found().graph(), edges, scores).pruned();
    int count = edges.cardinality();
    shown.set(
        Optional.of(
            new Shown(
                threshold,
                count,
                circuit.size(),
                judged.stream()
                    .min(Comparator.comparingInt(one -> Math.abs(one.edges() - count)))
                    .orElse(null),
                circuit.size() == 0 ? null : circuit.figure(),
                marked((double) count / found.graphEdges(), count),
                beside)));
  }

  private @Nullable Figure marked(double share, int count) {
    Curves drawn = curve;
    if (drawn == null) {
      return null;
    }
    List<Guide> guides = new ArrayList<>(drawn.guides());
    guides.add(Guide.atX(share, Words.TEXTS.get("circuit.guide", count)));
    return new Curves(drawn.heading(), drawn.x(), drawn.y(), drawn.series(), guides);
  }

  private static List<Judged> judged(CircuitResult found) {
    DataTable table = found.tables().getFirst();
    int edges = table.columns().indexOf("edges");
    int faithfulness = table.columns().indexOf("faithfulness");
    return table.rows().stream()
        .map(
            row ->
                new Judged(
                    ((Number) row.get(edges)).intValue(),
                    ((Number) row.get(faithfulness)).doubleValue()))
        .toList();
  }

  private static @Nullable Curves curve(CircuitResult found) {
    return found.figures().stream()
        .filter(Sheet.class::isInstance)
        .flatMap(sheet -> ((Sheet) sheet).panels().stream())
        .filter(Curves.class::isInstance)
        .map(Curves.class::cast)
        .findFirst()
        .orElse(null);
  }

  private static @Nullable Figure bars(List<Figure> figures) {
    return figures.stream()
        .flatMap(one -> one instanceof Sheet sheet ? sheet.panels().stream() : figures.stream())
        .filter(Bars.class::isInstance)
        .findFirst()
        .orElse(null);
  }
}
