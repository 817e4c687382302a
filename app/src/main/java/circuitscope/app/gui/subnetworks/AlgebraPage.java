package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FigurePane;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.AnswerPane;
import circuitscope.app.gui.study.FileField;
import circuitscope.app.gui.study.MaskFiles;
import circuitscope.app.gui.study.Question;
import circuitscope.app.gui.study.Shared;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.subnetworks.AlgebraViewModel.Bench;
import circuitscope.app.gui.subnetworks.AlgebraViewModel.Operation;
import circuitscope.app.session.workspace.Item;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableBooleanValue;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.layout.BorderPane;
import javafx.scene.layout.FlowPane;

/** Masks as sets: union, intersection, difference, complement, each of which can be taken back. */
final class AlgebraPage implements Question {
  private final AlgebraViewModel model;
  private final PageFrame view;
  private final FigurePane figures;
  private final Label summary = new Label();
  private final BooleanBinding shown;

  AlgebraPage(AlgebraViewModel model, Services services) {
    this.model = model;
    this.figures = new FigurePane(services);
    String first = Words.TEXTS.get("algebra.first");
    String other = Words.TEXTS.get("algebra.other");
    this.view =
        new PageFrame(Words.TEXTS.get("algebra"), Words.TEXTS.get("algebra.help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(
                first,
                FileField.open(
                    "mask", first, model.fileProperty(), services.files(), MaskFiles.KIND))
            .section(
                other,
                FileField.open(
                    "with", other, model.otherProperty(), services.files(), MaskFiles.KIND));
    this.shown = model.runner().answered();
    view.section(Words.TEXTS.get("algebra.operations"), operations())
        .section(Words.TEXTS.get("algebra.bench"), bench())
        .runBar(new RunBar(model.runner(), Bindings.isNotEmpty(model.fileProperty()), model::load));
    view.actions(actions());
    StudyPage.widen(view);
    summary.setId("algebra-summary");
    summary.setWrapText(true);
    summary.getStyleClass().addAll("section-title", "bench-summary");
    BorderPane answer = new BorderPane(figures);
    answer.setTop(summary);
    view.content(new AnswerPane<>(model.runner(), answer, services, this::show));
  }

  private void show(Bench bench) {
    summary.setText(
        Words.TEXTS.get(
            "algebra.summary",
            bench.mask().name(),
            bench.summary().active(),
            bench.summary().total(),
            100 * bench.summary().share()));
    figures.show(bench.summary().figures());
  }

  private FlowPane operations() {
    FlowPane pane = new FlowPane(6, 6);
    BooleanBinding two = shown.and(Bindings.isNotEmpty(model.otherProperty()));
    for (Operation operation : Operation.values()) {
      String name = operation.name().toLowerCase(Locale.ROOT);
      pane.getChildren().add(button(name, two, () -> model.combine(operation)));
    }
    pane.getChildren().add(button("complement", shown, model::complement));
    return pane;
  }

  private FlowPane bench() {
    FlowPane pane = new FlowPane(6, 6);
    pane.getChildren()
        .setAll(
            button("undo", Bindings.isNotEmpty(model.undoableProperty()), model::undo),
            button("redo", Bindings.isNotEmpty(model.redoableProperty()), model::redo),
            button("save", shown, model::save));
    return pane;
  }

  private static Button button(String name, ObservableBooleanValue enabled, Runnable run) {
    Button button = new Button(Words.TEXTS.get("algebra." + name));
    button.setId("algebra-" + name);
    button.setTooltip(Icons.tooltip(Words.TEXTS.get("algebra." + name + ".help")));
    button.disableProperty().bind(Bindings.not(enabled));
    button.setOnAction(event -> run.run());
    return button;
  }

  @Override
  public void share(Shared shared) {
    shared.join(model.model());
    shared.join("mask", model.fileProperty());
  }

  /** The first mask that is dropped is loaded, the next is the other. */
  @Override
  public boolean takeMask(String mask) {
    if (model.runner().answer().isEmpty()) {
      model.fileProperty().set(mask);
      model.load();
    } else {
      model.otherProperty().set(mask);
    }
    return true;
  }

  @Override
  public boolean take(Item item, Project project) {
    if (!(item instanceof Item.Mask mask)) {
      return false;
    }
    try {
      return takeMask(mask.reference(project.places()).toString());
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(Words.TEXTS.get("algebra"));
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return List.of(
        PageActions.run(Bindings.isNotEmpty(model.fileProperty()), model::load),
        PageActions.copyCommand(shown, model::copyCommand));
  }

  @Override
  public Map<String, Object> state() {
    return Map.of("file", model.fileProperty().get(), "other", model.otherProperty().get());
  }

  /** Takes over what {@link #state} gave. */
  void restore(Map<String, Object> state) {
    if (state.get("file") instanceof String text) {
      model.fileProperty().set(text);
    }
    if (state.get("other") instanceof String text) {
      model.otherProperty().set(text);
    }
  }

  @Override
  public void close() {
    model.close();
  }
}
