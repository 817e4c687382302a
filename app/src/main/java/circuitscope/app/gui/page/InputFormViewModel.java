package circuitscope.app.gui.page;

import circuitscope.app.session.Inputs;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** Which tokens a page reads: a prompt, text files or ready-made ids. */
public final class InputFormViewModel {
  /** Where tokens come from. */
  public enum Kind {
    OWN,
    TEXT,
    FILES,
    IDS
  }

  /** A choice that was made; {@link #open} may read a file, so it belongs into the job. */
  public record Choice(Kind kind, String text, List<Path> files, String ids, String bos) {
    /** The tokens; null where the analysis makes its own. */
    public @Nullable TokenInput open() {
      return switch (kind) {
        case OWN -> null;
        case TEXT -> Inputs.of("", text, List.of(), null, bos);
        case FILES -> Inputs.of("", null, files, null, null);
        case IDS -> Inputs.of("", null, List.of(), ids, null);
      };
    }
  }

  private final List<Kind> kinds;
  private final ObjectProperty<Kind> kind;
  private final StringProperty text =
      new SimpleStringProperty(Texts.SHARED.get("input.sample-prompt"));
  private final ObservableList<Path> files = FXCollections.observableArrayList();
  private final StringProperty ids = new SimpleStringProperty("");
  private final StringProperty bos = new SimpleStringProperty("auto");
  private final BooleanBinding given;

  public InputFormViewModel(Analysis.Input input) {
    List<Kind> offered = new ArrayList<>(List.of(Kind.values()));
    if (input == Analysis.Input.REQUIRED) {
      offered.remove(Kind.OWN);
    }
    this.kinds = input == Analysis.Input.NONE ? List.of(Kind.OWN) : List.copyOf(offered);
    boolean reads = input == Analysis.Input.REQUIRED || input == Analysis.Input.USUAL;
    this.kind = new SimpleObjectProperty<>(reads ? Kind.TEXT : Kind.OWN);
    this.given = Bindings.createBooleanBinding(this::complete, kind, text, files, ids);
  }

  private boolean complete() {
    return switch (kind.get()) {
      case OWN -> true;
      case TEXT -> !text.get().isEmpty();
      case FILES -> !files.isEmpty();
      case IDS -> ids.get().matches(".+:[^/\\\\]+");
    };
  }

  /** Those that can be chosen; one alone when there is nothing to choose. */
  public List<Kind> kinds() {
    return kinds;
  }

  public ObjectProperty<Kind> kindProperty() {
    return kind;
  }

  public StringProperty textProperty() {
    return text;
  }

  public ObservableList<Path> files() {
    return files;
  }

  /** {@code FILE.safetensors:TENSOR}. */
  public StringProperty idsProperty() {
    return ids;
  }

  /** {@code auto}, {@code yes} or {@code no}. */
  public StringProperty bosProperty() {
    return bos;
  }

  /** Whether the chosen kind of input is there. */
  public BooleanBinding given() {
    return given;
  }

  public Choice choice() {
    return new Choice(kind.get(), text.get(), List.copyOf(files), ids.get().strip(), bos.get());
  }

  /** The choice as plain values, for {@link Page#state}. */
  public Map<String, Object> state() {
    return Map.of(
        "kind", kind.get().name(),
        "text", Tokenizer.wellFormed(text.get()),
        "files", files.stream().map(Path::toString).toList(),
        "ids", ids.get(),
        "bos", bos.get());
  }

  /** Takes over a text of the project; false where this form reads none. */
  public boolean take(Item.Text item, Places places) {
    Kind wanted = item.text() != null ? Kind.TEXT : item.ids() != null ? Kind.IDS : Kind.FILES;
    if (!kinds.contains(wanted)) {
      return false;
    }
    switch (wanted) {
      case TEXT -> text.set(String.valueOf(item.text()));
      case IDS -> ids.set(places.resolve(String.valueOf(item.ids())).toString());
      default -> files.setAll(item.files().stream().map(places::resolve).toList());
    }
    bos.set(item.bos() == null ? "auto" : item.bos());
    kind.set(wanted);
    return true;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<?, ?> state) {
    text.set(String.valueOf(state.get("text")));
    ids.set(String.valueOf(state.get("ids")));
    bos.set(String.valueOf(state.get("bos")));
    if (state.get("files") instanceof List<?> stored) {
      files.setAll(stored.stream().map(file -> Path.of(file.toString())).toList());
    }
    kinds.stream()
        .filter(one -> one.name().equals(state.get("kind")))
        .findFirst()
        .ifPresent(kind::set);
  }
}
