package circuitscope.app.gui.circuits;

import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.study.AnswerView;
import circuitscope.app.gui.study.FileField;
import circuitscope.app.gui.study.MaskFiles;
import circuitscope.app.gui.study.Question;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionPage.Look;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import java.util.List;
import java.util.Map;

/** Circuits of a task: from prompt pairs to a graph, beside a bigram subnetwork. */
public final class CircuitsPage {
  private static final String FIND = "circuit.find";
  private static final List<String> ANALYSES =
      List.of(
          "patch.pairs",
          "patch.grid",
          "patch.attribution",
          "patch.path",
          FIND,
          "circuit.evaluate",
          "circuit.exact",
          "circuit.mask");

  private CircuitsPage() {}

  public static PageType type() {
    String title = Words.TEXTS.get("title");
    return new PageType(
        "circuits",
        "circuits",
        title,
        Words.TEXTS.get("help"),
        "fth-share-2",
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
    QuestionPage page =
        id.equals(FIND)
            ? find(services)
            : QuestionPage.of(
                services.analyses().get().find(id),
                services,
                id.equals("circuit.mask") ? Look.FOLDER : Look.PLAIN);
    page.restore(state);
    return page;
  }

  private static QuestionPage find(Services services) {
    FindCircuitViewModel model = new FindCircuitViewModel(services);
    CircuitViewModel circuit = new CircuitViewModel();
    String title = Words.TEXTS.get("beside");
    FileField mask =
        FileField.open(
            "beside-mask", title, model.maskProperty(), services.files(), MaskFiles.KIND);
    AnswerView answer =
        new AnswerView(
            services,
            Words.TEXTS.get("circuit.tab"),
            new CircuitPane(circuit, services),
            circuit::show);
    return new QuestionPage(model, answer, new Look(false, true, title, mask, null));
  }
}
