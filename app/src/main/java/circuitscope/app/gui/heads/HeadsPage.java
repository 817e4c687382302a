package circuitscope.app.gui.heads;

import circuitscope.app.gui.analysis.QuestionsPage;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.AnswerPane;
import circuitscope.viz.figure.Figure;
import java.util.Optional;
import javafx.scene.control.TitledPane;

/** Heads by their scores; the one that is clicked is looked at and taken away. */
public final class HeadsPage extends QuestionsPage<HeadsViewModel> {
  private static final Texts TEXTS = HeadsViewModel.TEXTS;

  private final ScoresView scores;
  private final PartsView parts;

  private HeadsPage(Services services) {
    super(services, new HeadsViewModel(services), TEXTS);
    this.scores = new ScoresView(model(), services);
    this.parts = new PartsView(model(), scores, services);
    ParameterForm ablating = new ParameterForm(model().ablating(), services.files());
    ablating.setId("ablating");
    TitledPane ablation = new TitledPane(TEXTS.get("ablation"), ablating);
    ablation.setId("ablation");
    ablation.setExpanded(false);
    ablation.getStyleClass().add("dense");
    frame()
        .section(
            Texts.SHARED.get("parameters"),
            new ParameterForm(model().detecting(), services.files()))
        .section(TEXTS.get("effect"), ablation);
    frame()
        .content(
            new AnswerPane<>(
                model().runner(),
                parts,
                services,
                answers -> {
                  scores.show(answers);
                  parts.show(answers);
                }));
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "heads",
        "heads",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-target",
        (services, state) -> {
          HeadsPage page = new HeadsPage(services);
          page.model().restore(state);
          return page;
        });
  }

  @Override
  protected Optional<Figure> figure() {
    return parts.figure().or(scores::figure);
  }
}
