package circuitscope.app.gui.probes;

import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.study.QuestionPage;
import circuitscope.app.gui.study.QuestionPage.Look;
import circuitscope.app.gui.study.StudyPage;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import java.util.List;

/** The probes of the seed papers, each with the paper that it comes from. */
public final class ProbesPage {

  private static final String PREFIX = "probe.";

  private ProbesPage() {}

  public static PageType type() {
    String title = Words.TEXTS.get("title");
    return new PageType(
        "probes",
        "seed",
        title,
        Words.TEXTS.get("help"),
        "fth-feather",
        (services, state) ->
            new StudyPage(title, entries(services.analyses().get()), services, state));
  }

  /** One for every registered probe, those of plug-ins too. */
  static List<Entry> entries(AnalysisRegistry registry) {
    return registry.all().stream()
        .filter(analysis -> analysis.id().startsWith(PREFIX))
        .map(ProbesPage::entry)
        .toList();
  }

  private static Entry entry(Analysis<?, ?> analysis) {
    return new Entry(
        analysis.id(),
        analysis.title(),
        Words.TEXTS.find(analysis.id()).orElse(""),
        (services, state) -> {
          QuestionPage page = QuestionPage.of(analysis, services, Look.PLAIN);
          page.restore(state);
          return page;
        });
  }
}
