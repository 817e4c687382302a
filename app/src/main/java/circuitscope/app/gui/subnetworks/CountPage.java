package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Action;
import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.InputForm;
import circuitscope.app.gui.page.ModelChooser;
import circuitscope.app.gui.page.PageActions;
import circuitscope.app.gui.page.PageFrame;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.RunBar;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.AnswerPane;
import circuitscope.app.gui.study.FileField;
import circuitscope.app.gui.study.Question;
import circuitscope.app.gui.study.Shared;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.subnetworks.CountViewModel.Counted;
import circuitscope.probes.analysis.DataTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import javafx.scene.layout.BorderPane;

/** Counting bigrams, the first step to a subnetwork. */
final class CountPage implements Question {
  private final CountViewModel model;
  private final PageFrame view;

  CountPage(CountViewModel model, Services services) {
    this.model = model;
    String out = Words.TEXTS.get("count.out");
    this.view =
        new PageFrame(Words.TEXTS.get("count"), Words.TEXTS.get("count.help"))
            .section(Texts.SHARED.get("model"), new ModelChooser(model.model()))
            .section(Texts.SHARED.get("input"), new InputForm(model.input(), services))
            .section(
                Texts.SHARED.get("parameters"),
                new ParameterForm(model.parameters(), services.files()))
            .section(
                out,
                FileField.save(
                    "out",
                    out,
                    model.outProperty(),
                    services.files(),
                    "bigrams.safetensors",
                    new FileDialogs.Kind(out, List.of("*.safetensors"))))
            .runBar(new RunBar(model.runner(), model.runnable(), model::run));
    view.actions(actions());
    StudyPage.widen(view);
    BorderPane answer = new BorderPane();
    answer.getStyleClass().add("tables");
    view.content(
        new AnswerPane<>(
            model.runner(),
            answer,
            services,
            counted -> answer.setCenter(new TableNode(table(counted)))));
  }

  private static DataTable table(Counted counted) {
    var made = counted.provenance();
    return new DataTable(
        "counted",
        List.of("what", "value"),
        List.of(
            List.of("file", counted.out().toString()),
            List.of("order", made.order()),
            List.of("tokens", made.tokens()),
            List.of("windows", made.windows()),
            List.of("tokens a window", made.length()),
            List.of("tokens left out", made.leftOut()),
            List.of("contexts", counted.contexts()),
            List.of("n-grams", counted.ngrams()),
            List.of("vocabulary", made.vocabulary()),
            List.of("tokenizer", made.tokenizer()),
            List.of("tokens' digest", made.tokensDigest())));
  }

  @Override
  public void share(Shared shared) {
    shared.join(model.model());
    shared.join(model.input());
    shared.join("bigrams", model.outProperty());
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(Words.TEXTS.get("count"));
  }

  @Override
  public Node view() {
    return view;
  }

  @Override
  public List<Action> actions() {
    return List.of(
        PageActions.run(model.runnable(), model::run),
        PageActions.copyCommand(model.runnable(), model::copyCommand));
  }

  @Override
  public Optional<String> loss() {
    return model.runner().running().get()
        ? Optional.of(Texts.SHARED.get("loss.running", Words.TEXTS.get("count")))
        : Optional.empty();
  }

  @Override
  public Map<String, Object> state() {
    return model.state();
  }

  @Override
  public void close() {
    model.close();
  }
}
