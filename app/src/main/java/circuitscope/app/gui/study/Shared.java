package circuitscope.app.gui.study;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/**
 * What the questions of one page have in common: the model, the text and the files by name. Who
 * joins later takes over what is there; from then on a change here is a change everywhere.
 */
public final class Shared {
  private final Map<String, StringProperty> values = new HashMap<>();
  private final ObservableList<Path> files = FXCollections.observableArrayList();
  private @Nullable ObjectProperty<@Nullable LoadedModel> model;

  /** The value of that name: {@code mask}, {@code bigrams}, {@code pairs}, {@code circuit}. */
  public StringProperty value(String name) {
    return values.computeIfAbsent(name, key -> new SimpleStringProperty(""));
  }

  public void join(String name, StringProperty own) {
    own.bindBidirectional(value(name));
  }

  public void join(ChosenModel own) {
    if (model == null) {
      model = own.modelProperty();
    } else {
      own.modelProperty().bindBidirectional(model);
    }
  }

  public void join(InputFormViewModel own) {
    if (!values.containsKey("text")) {
      value("text").set(own.textProperty().get());
      value("bos").set(own.bosProperty().get());
      files.setAll(own.files());
    }
    join("text", own.textProperty());
    join("ids", own.idsProperty());
    join("bos", own.bosProperty());
    Bindings.bindContentBidirectional(own.files(), files);
  }
}
