package circuitscope.app.gui.residual;

import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.AnswerView;
import circuitscope.app.gui.study.Question;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionPage.Look;
import circuitscope.app.gui.study.QuestionViewModel;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The residual stream: what is read off it, and how it is built. */
public final class ResidualPage {
  private static final List<String> ANALYSES =
      List.of(
          "residual.lens",
          "residual.attribution",
          "residual.rotation",
          "residual.similarity",
          "residual.norms",
          "residual.trajectories",
          "residual.depth",
          "residual.neuron",
          "patch.grid");

  /** Those that say most about running text. */
  private static final Set<String> OF_FILES =
      Set.of("residual.rotation", "residual.similarity", "residual.trajectories", "residual.depth");

  private ResidualPage() {}

  public static PageType type() {
    String title = Words.TEXTS.get("title");
    return new PageType(
        "residual",
        "residual",
        title,
        Words.TEXTS.get("help"),
        "fth-trending-up",
        (services, state) -> new StudyPage(title, entries(), services, state));
  }

  static List<Entry> entries() {
    return ANALYSES.stream()
        .map(
            id ->
                new Entry(
                    id, Words.TEXTS.get(id), "", (services, state) -> open(id, services, state)))
        .toList();
  }

  private static Question open(String id, Services services, Map<String, Object> state) {
    QuestionViewModel model = new QuestionViewModel(services.analyses().get().find(id), services);
    if (OF_FILES.contains(id)) {
      model.asked().input().kindProperty().set(InputFormViewModel.Kind.FILES);
    }
    AnswerView answer =
        switch (id) {
          case "residual.lens" -> lens(services);
          case "residual.trajectories" -> {
            model.parameters().field("components").textProperty().set("3");
            yield paths(services);
          }
          default -> new AnswerView(services);
        };
    QuestionPage page = new QuestionPage(model, answer, Look.BESIDE);
    page.restore(state);
    return page;
  }

  private static AnswerView lens(Services services) {
    LensViewModel model = new LensViewModel();
    return new AnswerView(services, Words.TEXTS.get("lens.tab"), new LensPane(model), model::show);
  }

  private static AnswerView paths(Services services) {
    PathsPane pane = new PathsPane(services);
    return new AnswerView(services, Words.TEXTS.get("paths.tab"), pane, pane::show);
  }
}
