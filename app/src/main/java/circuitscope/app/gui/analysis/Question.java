package circuitscope.app.gui.analysis;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.session.AnalysisRun;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import java.util.List;
import java.util.Map;

/**
 * What a page asks, taken from its controls before the job begins.
 *
 * @param written parameters by name, as one would type them
 */
public record Question(
    Analysis<?, ?> analysis, Map<String, String> written, InputFormViewModel.Choice input) {

  /** A question whose analysis makes its own tokens, or needs none. */
  public static Question ofOwnTokens(Analysis<?, ?> analysis, Map<String, String> written) {
    return new Question(
        analysis,
        written,
        new InputFormViewModel.Choice(InputFormViewModel.Kind.OWN, "", List.of(), "", "auto"));
  }

  /** The run that answers it; reads the ids of a file, so it belongs into a job. */
  public AnalysisRun<?, ?> run() {
    return typed(analysis);
  }

  private <P extends Record, R extends Result> AnalysisRun<P, R> typed(Analysis<P, R> one) {
    return AnalysisRun.of(one, written, input.open());
  }

  /** Asks it of an open model; belongs into a job of that model. */
  public Outcome askedOf(LoadedModel model, Progress progress) {
    return Outcome.of(run().on(model.opened(), null, progress));
  }
}
