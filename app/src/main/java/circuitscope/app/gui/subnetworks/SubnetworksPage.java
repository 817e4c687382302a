package circuitscope.app.gui.subnetworks;

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

/** Bigram subnetworks from counting to composing. */
public final class SubnetworksPage {
  private static final String COUNT = "count";
  private static final String TRAIN = "subnetwork.train";
  private static final String ALGEBRA = "algebra";
  private static final String COMPOSE = "subnetwork.compose";
  private static final List<String> QUESTIONS =
      List.of(
          COUNT,
          TRAIN,
          "subnetwork.path",
          "subnetwork.eval",
          "subnetwork.show",
          ALGEBRA,
          "subnetwork.ablate",
          COMPOSE,
          "subnetwork.tokens",
          "subnetwork.compare",
          "subnetwork.stability",
          "subnetwork.stream",
          "subnetwork.controls");

  /** Those that judge on running text. */
  private static final Set<String> OF_FILES =
      Set.of(
          "subnetwork.path",
          "subnetwork.eval",
          "subnetwork.ablate",
          COMPOSE,
          "subnetwork.stream",
          "subnetwork.controls");

  private SubnetworksPage() {}

  public static PageType type() {
    String title = Words.TEXTS.get("title");
    return new PageType(
        "subnetworks",
        "subnetworks",
        title,
        Words.TEXTS.get("help"),
        "fth-scissors",
        (services, state) -> new StudyPage(title, entries(), services, state));
  }

  static List<Entry> entries() {
    return QUESTIONS.stream()
        .map(
            id ->
                new Entry(
                    id,
                    Words.TEXTS.get("question." + id),
                    "",
                    (services, state) -> open(id, services, state)))
        .toList();
  }

  private static Question open(String id, Services services, Map<String, Object> state) {
    return switch (id) {
      case COUNT -> {
        CountViewModel model = new CountViewModel(services);
        model.restore(state);
        yield new CountPage(model, services);
      }
      case TRAIN -> {
        TrainViewModel model = new TrainViewModel(services);
        model.question().restore(state);
        yield new TrainPage(model, services);
      }
      case ALGEBRA -> {
        AlgebraPage page = new AlgebraPage(new AlgebraViewModel(services), services);
        page.restore(state);
        yield page;
      }
      default -> {
        QuestionPage page = analysis(id, services);
        page.restore(state);
        yield page;
      }
    };
  }

  private static QuestionPage analysis(String id, Services services) {
    QuestionViewModel model = new QuestionViewModel(services.analyses().get().find(id), services);
    if (OF_FILES.contains(id)) {
      model.asked().input().kindProperty().set(InputFormViewModel.Kind.FILES);
    }
    AnswerView answer = new AnswerView(services);
    return id.equals(COMPOSE)
        ? new QuestionPage(
            model,
            answer,
            new Look(false, true, "", null, new UnitsPane(new UnitsViewModel(model))))
        : new QuestionPage(model, answer, Look.PLAIN);
  }
}
