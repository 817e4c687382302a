package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.Problem;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.MaskFiles;
import circuitscope.app.session.Masks;
import circuitscope.app.session.workspace.History;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskBlocks;
import circuitscope.subnetworks.mask.MaskForm;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.mask.MaskReference.Variant;
import circuitscope.subnetworks.mask.MaskSummary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/** A mask on the bench: loaded, joined with others, taken back, saved. */
public final class AlgebraViewModel {
  private static final int UNDOABLE = 50;
  private static final String COMPLEMENT = ":complement";

  /** What can be done with the mask on the bench and another. */
  public enum Operation {
    UNION,
    INTERSECTION,
    DIFFERENCE;

    Mask of(Mask a, Mask b) {
      return switch (this) {
        case UNION -> MaskAlgebra.union(a, b);
        case INTERSECTION -> MaskAlgebra.intersection(a, b);
        case DIFFERENCE -> MaskAlgebra.difference(a, b);
      };
    }
  }

  /**
   * The mask on the bench.
   *
   * @param steps the command lines that lead to it; the last writes {@code last}
   * @param last the file in which those commands leave it, or the one it was loaded from
   */
  public record Bench(Mask mask, MaskSummary summary, List<List<String>> steps, String last) {}

  private final Services services;
  private final ChosenModel model;
  private final StringProperty file = new SimpleStringProperty("");
  private final StringProperty other = new SimpleStringProperty("");
  private final Runner<Bench> runner;
  private final ReadOnlyStringWrapper undoable = new ReadOnlyStringWrapper("");
  private final ReadOnlyStringWrapper redoable = new ReadOnlyStringWrapper("");
  private @Nullable History<Bench> history;
  private String edit = "";

  /** While a step is taken back or done again, what is shown is no new edit. */
  private boolean stepping;

  public AlgebraViewModel(Services services) {
    this.services = services;
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    runner.stateProperty().addListener((property, old, now) -> note(now));
  }

  /** Whose matrices the masks are of; without one, no figures. */
  public ChosenModel model() {
    return model;
  }

  /** The mask that is loaded. */
  public StringProperty fileProperty() {
    return file;
  }

  /** The mask that it is joined with. */
  public StringProperty otherProperty() {
    return other;
  }

  public Runner<Bench> runner() {
    return runner;
  }

  /** What {@link #undo} would take back; empty for nothing. */
  public ReadOnlyStringProperty undoableProperty() {
    return undoable.getReadOnlyProperty();
  }

  /** What {@link #redo} would do again; empty for nothing. */
  public ReadOnlyStringProperty redoableProperty() {
    return redoable.getReadOnlyProperty();
  }

  /** Puts the file's mask on the bench. */
  public void load() {
    String reference = file.get().strip();
    Model geometry = geometry();
    run(
        "load",
        () -> {
          Mask mask = MaskReference.parse(reference).read();
          return bench(mask, geometry, List.of(), reference);
        });
  }

  /** Joins the mask on the bench with the other file's. */
  public void combine(Operation operation) {
    String reference = other.get().strip();
    Model geometry = geometry();
    String name = operation.name().toLowerCase(java.util.Locale.ROOT);
    runner
        .answer()
        .ifPresent(
            bench ->
                run(
                    name,
                    () -> {
                      Mask b = MaskReference.parse(reference).read();
                      List<String> words =
                          List.of("subnetwork", "combine", bench.last(), name, reference);
                      return next(bench, operation.of(bench.mask(), b), words, geometry);
                    }));
  }

  /** Keeps what the mask on the bench does not. */
  public void complement() {
    Model geometry = geometry();
    runner
        .answer()
        .ifPresent(
            bench ->
                run(
                    "complement",
                    () -> {
                      Mask made = MaskAlgebra.complement(bench.mask());
                      return switch (variant(bench)) {
                        case Variant.Itself() ->
                            converted(bench, made, bench.last() + COMPLEMENT, geometry);
                        case Variant.Complement() ->
                            converted(
                                bench,
                                made,
                                MaskReference.parse(bench.last()).file().toString(),
                                geometry);
                        case Variant.Random(long ignored) -> {
                          Bench drawn = converted(bench, bench.mask(), bench.last(), geometry);
                          yield converted(drawn, made, drawn.last() + COMPLEMENT, geometry);
                        }
                      };
                    }));
  }

  /**
   * What the name of the mask on the bench makes of its file, as a command can put only one suffix
   * after a file. What steps wrote has none.
   */
  private static Variant variant(Bench bench) throws IOException {
    return bench.steps().isEmpty()
        ? MaskReference.parse(bench.last()).variant()
        : new Variant.Itself();
  }

  private static Bench converted(
      Bench before, Mask made, String reference, @Nullable Model geometry) {
    return next(before, made, List.of("subnetwork", "convert", reference), geometry);
  }

  @FunctionalInterface
  private interface Step {
    Bench make() throws Exception;
  }

  private void run(String name, Step step) {
    if (!runner.state().running()) {
      edit = Words.TEXTS.get("algebra." + name);
      runner.run(Jobs.FILES, edit, progress -> step.make());
    }
  }

  /** The geometry is read off the model's description; its weights are not touched. */
  private @Nullable Model geometry() {
    LoadedModel chosen = model.get();
    return chosen == null ? null : chosen.opened().model();
  }

  private static Bench next(Bench before, Mask made, List<String> words, @Nullable Model geometry) {
    String out = "step-%d.safetensors".formatted(before.steps().size() + 1);
    List<String> command = new ArrayList<>(List.of("circuitscope"));
    command.addAll(words);
    command.addAll(words.contains("convert") ? List.of(out) : List.of("--out", out));
    List<List<String>> steps = new ArrayList<>(before.steps());
    steps.add(command);
    return bench(made, geometry, steps, out);
  }

  private static Bench bench(
      Mask mask, @Nullable Model geometry, List<List<String>> steps, String last) {
    MaskSummary summary =
        geometry == null
            ? MaskSummary.of(mask)
            : MaskSummary.of(mask.fittedTo(geometry), MaskBlocks.of(geometry), false);
    return new Bench(mask, summary, List.copyOf(steps), last);
  }

  private void note(RunState<Bench> state) {
    if (!(state instanceof RunState.Shown<Bench>(Bench bench))) {
      return;
    }
    if (history == null) {
      history = new History<>(bench, UNDOABLE);
    } else if (!stepping) {
      history.edit(bench, edit);
    }
    undoable.set(history.undoable().orElse(""));
    redoable.set(history.redoable().orElse(""));
  }

  public void undo() {
    if (history != null && !runner.state().running()) {
      step(history.undo());
    }
  }

  public void redo() {
    if (history != null && !runner.state().running()) {
      step(history.redo());
    }
  }

  private void step(Bench to) {
    stepping = true;
    runner.show(to);
    stepping = false;
  }

  /** Asks for a file and writes the mask there; its provenance tells what was done. */
  public void save() {
    runner
        .answer()
        .flatMap(
            bench ->
                services
                    .files()
                    .save(Words.TEXTS.get("algebra.save"), "mask.safetensors", MaskFiles.KIND)
                    .map(path -> new Saved(bench, path)))
        .ifPresent(this::save);
  }

  private record Saved(Bench bench, Path path) {}

  private void save(Saved saved) {
    services
        .jobs()
        .submit(
            Words.TEXTS.get("algebra.save"),
            Jobs.FILES,
            progress ->
                Masks.convert(
                    saved.bench().mask(), MaskForm.named(saved.path()), saved.path(), null))
        .onDone(mask -> services.notices().said(Texts.SHARED.get("said.written", saved.path())))
        .onFailed(
            failure ->
                services
                    .notices()
                    .failed(Problem.of(Texts.SHARED.get("problem.export", saved.path()), failure)));
  }

  /** Takes the commands that lead to the mask on the bench to the clipboard. */
  public void copyCommand() {
    runner
        .answer()
        .ifPresent(
            bench ->
                new Exports(services)
                    .copyCommand(
                        bench.steps().isEmpty()
                            ? ShellWords.join(
                                List.of("circuitscope", "subnetwork", "show", bench.last()))
                            : String.join(
                                "\n", bench.steps().stream().map(ShellWords::join).toList())));
  }

  public void close() {
    runner.cancel();
    model.close();
  }
}
