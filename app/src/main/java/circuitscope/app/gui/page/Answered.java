package circuitscope.app.gui.page;

import circuitscope.app.session.AnalysisRun;
import java.util.List;

/** An answer that came from runs of analyses, each of which is a result of its own. */
public interface Answered {
  /** The runs that it shows; those of an answer before may be among them. */
  List<AnalysisRun.Finished<?, ?>> runs();
}
