package circuitscope.app.gui.circuits;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.Answer;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.session.AnalysisRun;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.circuits.FindCircuitAnalysis;
import circuitscope.subnetworks.circuits.CircuitMaskAnalysis;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/**
 * Finds a circuit ({@code circuit.find}) and, where a mask is given, sees what of it the subnetwork
 * keeps ({@code circuit.mask}).
 */
public final class FindCircuitViewModel extends QuestionViewModel {
  private static final double FINDING = 0.9;

  private final StringProperty mask = new SimpleStringProperty("");
  private final StringProperty circuit = new SimpleStringProperty("");

  public FindCircuitViewModel(Services services) {
    super(services.analyses().get().find("circuit.find"), services);
    runner().stateProperty().addListener((property, old, now) -> found(now));
  }

  /** Tells the other questions where the circuit lies. */
  private void found(RunState<Answer> state) {
    if (!(state instanceof RunState.Shown<Answer>(Answer answer))) {
      return;
    }
    Object beside = answer.columns().getLast().finished().run().parameters();
    if (beside instanceof CircuitMaskAnalysis.Parameters parameters) {
      circuit.set(parameters.circuit().toString());
    } else if (!folderProperty().get().isBlank()) {
      Path folder = Path.of(folderProperty().get().strip());
      circuit.set(folder.resolve(FindCircuitAnalysis.FILE).toString());
    }
  }

  /** The subnetwork that the circuit is compared with; empty for none. */
  public StringProperty maskProperty() {
    return mask;
  }

  /** The file of the circuit that was found last, for the other questions; empty for none. */
  public StringProperty circuitProperty() {
    return circuit;
  }

  @Override
  public Map<String, StringProperty> sharedValues() {
    Map<String, StringProperty> values = super.sharedValues();
    values.put("mask", mask);
    values.put("circuit", circuit);
    return values;
  }

  @Override
  protected Answer answer(Asked question, LoadedModel model, Progress progress) throws IOException {
    String compared = question.extra();
    if (compared.isEmpty()) {
      return super.answer(question, model, progress);
    }
    Path folder = question.folder();
    Path kept = folder == null ? untilExit() : folder;
    var found =
        question.run().on(model.opened(), kept, progress.step("finding the circuit", FINDING));
    AnalysisRun<?, ?> beside =
        AnalysisRun.of(
            services().analyses().get().find("circuit.mask"),
            Map.of("circuit", kept.resolve(FindCircuitAnalysis.FILE).toString(), "mask", compared),
            null);
    var mine = beside.on(model.opened(), null, progress.step("comparing", 1 - FINDING));
    return new Answer(
        joined(Outcome.of(found), Outcome.of(mine)),
        List.of(
            new Answer.Column(Words.TEXTS.get("column.circuit"), found),
            new Answer.Column(Words.TEXTS.get("column.beside"), mine)));
  }

  /** A folder for the circuit's file, which the other questions read while the program runs. */
  private static Path untilExit() throws IOException {
    Path folder = Files.createTempDirectory("circuitscope-circuit");
    folder.toFile().deleteOnExit();
    folder.resolve(FindCircuitAnalysis.FILE).toFile().deleteOnExit(); // goes before its folder
    return folder;
  }

  @Override
  protected String extra() {
    return mask.get().strip();
  }

  private static Outcome joined(Outcome found, Outcome beside) {
    return new Outcome(
        found.finished(),
        found.summary() + "\n\n" + beside.summary(),
        Stream.concat(found.figures().stream(), beside.figures().stream()).toList(),
        Stream.concat(found.tables().stream(), beside.tables().stream()).toList(),
        Stream.concat(found.protocol().stream(), beside.protocol().stream()).toList(),
        "[" + found.document() + ",\n" + beside.document() + "]");
  }

  @Override
  public Map<String, Object> state() {
    Map<String, Object> state = super.state();
    state.put("beside", mask.get());
    return state;
  }

  @Override
  public void restore(Map<String, Object> state) {
    super.restore(state);
    if (state.get("beside") instanceof String text) {
      mask.set(text);
    }
  }
}
