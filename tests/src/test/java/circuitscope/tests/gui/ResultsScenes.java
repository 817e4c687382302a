package circuitscope.tests.gui;

import circuitscope.app.gui.analysis.AnalysisViewModel;
import circuitscope.app.gui.results.ResultsPage;
import circuitscope.app.gui.results.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs that fill the table of results, then what is looked at in it. */
final class ResultsScenes {
  private final ResultsPage page;
  private final List<PageScenes> scenes = new ArrayList<>();

  private ResultsScenes(ResultsPage page) {
    this.page = page;
  }

  static List<PageScenes> of(ResultsPage page) {
    ResultsScenes all = new ResultsScenes(page);
    all.ask("loss", "The cat sat on the mat. The cat sat on the mat.", Map.of());
    all.ask("residual.lens", "When Mary and John went to the store", Map.of("top", "5"));
    all.ask("heads.detect", "", Map.of("samples", "2"));
    all.ask("heads.detect", "", Map.of("samples", "2", "seed", "3"));
    AnalysisViewModel last =
        all.ask("loss", "When Mary and John went to the store, John gave a drink", Map.of());
    all.look(last, "", rows -> List.of(rows.get(1)));
    all.look(last, "-compared", rows -> rows.subList(1, 3));
    all.look(last, "-beside", rows -> List.of(rows.get(0), rows.get(3)));
    return all.scenes;
  }

  private AnalysisViewModel ask(String analysis, String text, Map<String, String> parameters) {
    var services = page.model().services();
    AnalysisViewModel model =
        new AnalysisViewModel(services.analyses().get().find(analysis), services);
    model.input().textProperty().set(text);
    model.parameters().fill(parameters);
    scenes.add(new PageScenes("", model::run, model.runner()));
    return model;
  }

  private void look(
      AnalysisViewModel last,
      String name,
      java.util.function.Function<List<Row>, List<Row>> choose) {
    scenes.add(
        new PageScenes(
            name,
            () -> {
              List<Row> rows = List.copyOf(page.model().rows());
              if (rows.size() < 4) {
                return; // they are still being written
              }
              page.model()
                  .commands()
                  .annotate(
                      rows.get(1), "Detection, seed 3", "induction in L3 stays with the seed");
              page.model().choose(choose.apply(rows).stream().map(Row::id).toList());
            },
            last.runner()));
  }
}
