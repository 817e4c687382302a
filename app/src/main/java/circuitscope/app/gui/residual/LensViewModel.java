package circuitscope.app.gui.residual;

import circuitscope.app.gui.study.Answer;
import circuitscope.probes.residual.Lens;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;

/** Lens tables of one or more models, and the cell of which the most likely tokens are listed. */
public final class LensViewModel {
  /** The lens of one model. */
  public record Table(String name, Lens lens) {}

  /** A place in all the tables. */
  public record Cell(int layer, int position) {}

  /** One of the most likely next tokens, the likeliest of rank 1. */
  public record Likely(int rank, String token, int id, double probability) {}

  private final ReadOnlyObjectWrapper<List<Table>> tables = new ReadOnlyObjectWrapper<>(List.of());
  private final ObjectProperty<Optional<Cell>> cell = new SimpleObjectProperty<>(Optional.empty());

  /** Takes an answer of {@code residual.lens}; a chosen cell stays if the answer has it. */
  public void show(Answer answer) {
    List<Table> shown = new ArrayList<>();
    for (Answer.Column column : answer.columns()) {
      if (column.finished().result() instanceof Lens lens) {
        shown.add(new Table(column.name(), lens));
      }
    }
    tables.set(List.copyOf(shown));
    Lens first = shown.getFirst().lens();
    Cell usual = new Cell(first.layers().size() - 1, first.tokens().size() - 1);
    cell.set(
        cell.get()
            .filter(at -> at.layer() <= usual.layer() && at.position() <= usual.position())
            .or(() -> Optional.of(usual)));
  }

  public ReadOnlyObjectProperty<List<Table>> tablesProperty() {
    return tables.getReadOnlyProperty();
  }

  public ObjectProperty<Optional<Cell>> cellProperty() {
    return cell;
  }

  /** The most likely next tokens that a table has at a cell. */
  public static List<Likely> likely(Lens lens, Cell at) {
    var reading = lens.layers().get(at.layer()).reading();
    int top = reading.topIds().length / lens.tokens().size();
    List<Likely> likely = new ArrayList<>();
    for (int i = 0; i < top; i++) {
      int index = at.position() * top + i;
      int id = reading.topIds()[index];
      likely.add(
          new Likely(
              i + 1,
              lens.labels().getOrDefault(id, "#" + id),
              id,
              Math.exp(reading.topLogProbs()[index])));
    }
    return likely;
  }
}
