package circuitscope.app.gui.study;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** Which of full model, subnetwork, complement and random control are asked beside each other. */
public final class VariantsViewModel {
  /** Those that can be asked. */
  public enum Kind {
    FULL,
    SUBNETWORK,
    COMPLEMENT,
    RANDOM;

    String text() {
      return Words.TEXTS.get("variant." + name().toLowerCase(java.util.Locale.ROOT));
    }
  }

  private final StringProperty mask = new SimpleStringProperty("");
  private final StringProperty seed = new SimpleStringProperty("0");
  private final Map<Kind, BooleanProperty> asked = new EnumMap<>(Kind.class);
  private final BooleanBinding valid;

  public VariantsViewModel() {
    for (Kind kind : Kind.values()) {
      asked.put(kind, new SimpleBooleanProperty(kind == Kind.FULL));
    }
    this.valid =
        Bindings.createBooleanBinding(
            this::complete,
            mask,
            seed,
            property(Kind.FULL),
            property(Kind.SUBNETWORK),
            property(Kind.COMPLEMENT),
            property(Kind.RANDOM));
    mask.addListener(
        (property, old, now) -> {
          if (old.isBlank() && !now.isBlank() && chosen().size() == 1) {
            property(Kind.SUBNETWORK).set(true);
          }
        });
  }

  private boolean complete() {
    List<Variant> chosen = chosen();
    return !chosen.isEmpty()
        && (chosen.stream().allMatch(one -> one.mask() == null) || !mask.get().isBlank())
        && seed.get().strip().matches("-?\\d{1,18}");
  }

  /** File of the subnetwork; empty for none. */
  public StringProperty maskProperty() {
    return mask;
  }

  /** Of the random control. */
  public StringProperty seedProperty() {
    return seed;
  }

  /** Whether one of them is asked. */
  public BooleanProperty property(Kind kind) {
    return java.util.Objects.requireNonNull(asked.get(kind));
  }

  public BooleanBinding validProperty() {
    return valid;
  }

  /** Those that are asked, in their order. */
  public List<Variant> chosen() {
    List<Variant> chosen = new ArrayList<>();
    String file = mask.get().strip();
    for (Kind kind : Kind.values()) {
      if (property(kind).get()) {
        chosen.add(
            new Variant(
                kind.text(),
                switch (kind) {
                  case FULL -> null;
                  case SUBNETWORK -> file;
                  case COMPLEMENT -> file + ":complement";
                  case RANDOM -> file + ":random@" + seed.get().strip();
                }));
      }
    }
    return chosen;
  }
}
