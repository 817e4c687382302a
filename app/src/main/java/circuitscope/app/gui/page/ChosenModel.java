package circuitscope.app.gui.page;

import circuitscope.app.gui.model.LoadedModel;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.ListChangeListener;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** Which of the open models a page asks: the first that is there, until another is chosen. */
public final class ChosenModel {
  private final ObservableList<LoadedModel> open;
  private final ObjectProperty<@Nullable LoadedModel> model = new SimpleObjectProperty<>();
  private String preferred = "";
  private boolean following;
  private final ListChangeListener<LoadedModel> listener = change -> follow();

  public ChosenModel(Services services) {
    this.open = services.models().open();
    open.addListener(listener);
    model.addListener(
        (property, old, now) -> {
          if (!following) {
            preferred = ""; // the user chose
          }
        });
    follow();
  }

  private void follow() {
    following = true;
    LoadedModel chosen = model.get();
    if (chosen == null || !open.contains(chosen)) {
      model.set(open.isEmpty() ? null : open.getLast());
    }
    if (!preferred.isEmpty()) {
      open.stream().filter(one -> one.name().equals(preferred)).findFirst().ifPresent(model::set);
    }
    following = false;
  }

  /** Chooses the model of that name, once it is open. */
  public void prefer(String name) {
    preferred = name;
    follow();
  }

  public ObservableList<LoadedModel> open() {
    return open;
  }

  public ObjectProperty<@Nullable LoadedModel> modelProperty() {
    return model;
  }

  public @Nullable LoadedModel get() {
    return model.get();
  }

  /** Stops following the list; for a page that closes. */
  public void close() {
    open.removeListener(listener);
  }
}
