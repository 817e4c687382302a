package circuitscope.app.session.tour;

import circuitscope.probes.analysis.Progress;
import java.io.IOException;

/** A part of the tour: some stops in a row, of which later ones may build on earlier ones. */
interface Stops {
  /** Visits them all. */
  void visit(Visit visit, Progress progress) throws IOException;
}
