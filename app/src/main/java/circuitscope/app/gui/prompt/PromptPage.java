package circuitscope.app.gui.prompt;

import circuitscope.app.gui.analysis.QuestionsPage;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.ProblemPane;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.viz.figure.Figure;
import java.util.Optional;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.VBox;

/** A prompt as its model reads it, and what the model writes on. */
public final class PromptPage extends QuestionsPage<PromptViewModel> {
  private static final Texts TEXTS = PromptViewModel.TEXTS;

  private final Services services;
  private final PromptView answer;

  private PromptPage(Services services) {
    super(services, new PromptViewModel(services), TEXTS);
    this.services = services;
    this.answer = new PromptView(model(), services);
    frame()
        .section(
            Texts.SHARED.get("parameters"),
            new ParameterForm(model().predicting(), services.files()))
        .section(TEXTS.get("write"), write());
    ScrollPane scroll = new ScrollPane(answer);
    scroll.setFitToWidth(true);
    scroll.setFitToHeight(true);
    scroll.getStyleClass().add("bare-scroll");
    frame().content(scroll);
    model()
        .runner()
        .stateProperty()
        .addListener(
            (property, old, now) ->
                frame()
                    .content(
                        now instanceof RunState.Failed<PromptViewModel.Answer>(var problem)
                            ? new ProblemPane(problem, services.clip())
                            : scroll));
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "prompt",
        "predictions",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-type",
        (services, state) -> {
          PromptPage page = new PromptPage(services);
          page.model().restore(state);
          return page;
        });
  }

  private Node write() {
    ParameterForm form = new ParameterForm(model().writing(), services.files());
    form.setId("writing");
    Button button = new Button(TEXTS.get("write"), Icons.of("fth-edit-3"));
    button.setId("write-on");
    button.setMaxWidth(Double.MAX_VALUE);
    button.setTooltip(Icons.tooltip(TEXTS.get("write.help")));
    button.disableProperty().bind(model().canWrite().not());
    button.setOnAction(event -> model().writeOn());
    VBox box = new VBox(form, button);
    box.getStyleClass().add("form");
    return box;
  }

  @Override
  protected Optional<Figure> figure() {
    return answer.figure();
  }
}
