package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/** Heads, layers and neurons that are clicked back into a subnetwork: the parameter {@code add}. */
public final class UnitsViewModel {
  /** What can be clicked in a model: heads by layer, attention and MLP of each layer. */
  public record Grid(int layers, int heads) {}

  private final StringProperty add;
  private final StringProperty greedy;
  private final ReadOnlyObjectWrapper<@Nullable Grid> grid = new ReadOnlyObjectWrapper<>();
  private final ReadOnlyObjectWrapper<List<String>> chosen = new ReadOnlyObjectWrapper<>(List.of());

  /** The units of a {@code subnetwork.compose}. */
  public UnitsViewModel(QuestionViewModel question) {
    this.add = question.parameters().field("add").textProperty();
    this.greedy = question.parameters().field("greedy").textProperty();
    add.addListener((property, old, now) -> read());
    var model = question.asked().model().modelProperty();
    model.addListener((property, old, now) -> grid.set(gridOf(now)));
    grid.set(gridOf(model.get()));
    read();
  }

  private static @Nullable Grid gridOf(@Nullable LoadedModel model) {
    if (model == null) {
      return null;
    }
    DecoderSpec spec = model.spec();
    return new Grid(spec.layers(), spec.attention().heads());
  }

  private void read() {
    chosen.set(
        Arrays.stream(add.get().split(","))
            .map(String::strip)
            .filter(unit -> !unit.isEmpty())
            .toList());
  }

  /** Null while no model is open. */
  public ReadOnlyObjectProperty<@Nullable Grid> gridProperty() {
    return grid.getReadOnlyProperty();
  }

  /** Units by name, in the order in which they are given back. */
  public ReadOnlyObjectProperty<List<String>> chosenProperty() {
    return chosen.getReadOnlyProperty();
  }

  /** Gives a unit back, or takes it out again; a list of one's own is not chosen greedily. */
  public void toggle(String unit) {
    List<String> units = new ArrayList<>(chosen.get());
    if (!units.remove(unit)) {
      units.add(unit);
      greedy.set("");
    }
    add.set(String.join(",", units));
  }

  public void clear() {
    add.set("");
  }
}
