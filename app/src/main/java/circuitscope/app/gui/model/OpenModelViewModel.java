package circuitscope.app.gui.model;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.LocalModel;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.ModelSummary;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/** Which model to open, where and how, and what it would need. */
public final class OpenModelViewModel {
  /** What is known of the named model. */
  public sealed interface Facts {
    /** No model is named. */
    record Nothing() implements Facts {}

    record Reading() implements Facts {}

    /**
     * Its files were read.
     *
     * @param freeBytes of the CPU's memory now
     */
    record Read(ModelSummary summary, long freeBytes) implements Facts {}

    record Unreadable(Problem problem) implements Facts {}
  }

  private final Services services;
  private final StringProperty name = new SimpleStringProperty("");
  private final StringProperty device = new SimpleStringProperty();
  private final StringProperty dtype = new SimpleStringProperty();
  private final StringProperty mask = new SimpleStringProperty("");
  private final StringProperty tokenizer = new SimpleStringProperty("");
  private final ObservableList<LocalModel> local = FXCollections.observableArrayList();
  private final ReadOnlyObjectWrapper<Facts> facts =
      new ReadOnlyObjectWrapper<>(new Facts.Nothing());
  private @Nullable Job<?> reading;

  public OpenModelViewModel(Services services) {
    this.services = services;
    device.set(services.settings().deviceProperty().get());
    dtype.set(services.settings().dtypeProperty().get());
    name.addListener((property, old, now) -> look());
    services
        .jobs()
        .submit(Texts.SHARED.get("job.local-models"), Jobs.FILES, progress -> LocalModel.list())
        .onDone(local::setAll)
        .onFailed(
            failure ->
                facts.set(
                    new Facts.Unreadable(
                        Problem.of(Texts.SHARED.get("job.local-models"), failure))));
  }

  /** As {@code --model} takes it. */
  public StringProperty nameProperty() {
    return name;
  }

  public StringProperty deviceProperty() {
    return device;
  }

  public StringProperty dtypeProperty() {
    return dtype;
  }

  /** {@code FILE[:complement|:random@SEED]}; empty for the whole model. */
  public StringProperty maskProperty() {
    return mask;
  }

  /** Folder of another tokenizer; empty for the model's own. */
  public StringProperty tokenizerProperty() {
    return tokenizer;
  }

  /** Models that are on this machine. */
  public ObservableList<LocalModel> local() {
    return local;
  }

  public ReadOnlyObjectProperty<Facts> factsProperty() {
    return facts.getReadOnlyProperty();
  }

  private void look() {
    if (reading != null) {
      reading.cancel();
    }
    String asked = name.get().strip();
    if (asked.isEmpty()) {
      facts.set(new Facts.Nothing());
      return;
    }
    facts.set(new Facts.Reading());
    reading =
        services
            .jobs()
            .submit(
                Texts.SHARED.get("job.describe", asked),
                Jobs.FILES,
                progress ->
                    new Facts.Read(
                        ModelSummary.of(asked), MemoryEstimate.freeBytes(ComputeDevice.CPU)))
            .onDone(facts::set)
            .onFailed(
                failure ->
                    facts.set(
                        new Facts.Unreadable(
                            Problem.of(Texts.SHARED.get("problem.model", asked), failure))));
  }

  /** Bytes for the weights with the chosen device and dtype; 0 where it is not known. */
  public long neededBytes(ModelSummary summary) {
    String where = device.get().startsWith("cuda") ? "cuda" : "cpu";
    return summary.weightBytes().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith(where) && entry.getKey().contains(dtype.get()))
        .mapToLong(entry -> entry.getValue())
        .findFirst()
        .orElse(0);
  }

  /**
   * What was chosen.
   *
   * @throws IOException when the mask's file is not there
   */
  public ModelChoice choice() throws IOException {
    String ownTokenizer = tokenizer.get().strip();
    String maskFile = mask.get().strip();
    return new ModelChoice(
        name.get().strip(),
        ownTokenizer.isEmpty() ? null : Path.of(ownTokenizer),
        device.get(),
        dtype.get(),
        maskFile.isEmpty() ? null : MaskReference.parse(maskFile));
  }
}
