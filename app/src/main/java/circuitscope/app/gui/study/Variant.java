package circuitscope.app.gui.study;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A model that a question is asked of: an open one, or what a mask makes of it.
 *
 * @param name as it stands above its column
 * @param mask as on the command line; null for the model as it is open
 */
public record Variant(String name, @Nullable String mask) {

  /** Asks the open model, or its weights under the mask. */
  Answer.Column ask(AnalysisRun<?, ?> run, OpenModel open, Progress progress) throws IOException {
    if (mask == null) {
      return new Answer.Column(name, run.on(open, null, progress));
    }
    try (OpenModel masked = open.masked(MaskReference.parse(mask))) {
      return new Answer.Column(name, run.on(masked, null, progress));
    }
  }
}
