package circuitscope.app.gui.analysis;

import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Runner;
import java.util.List;
import java.util.Optional;
import javafx.beans.binding.BooleanBinding;

/** A page of several questions, as its buttons need to know it. */
public interface Questions {
  ChosenModel model();

  Runner<?> runner();

  /** Whether what Run asks is complete. */
  BooleanBinding runnable();

  void run();

  /** What Run asks as the page stands, each a line of the command line, the one in front first. */
  List<Question> asked();

  /** The answer that exports are taken from; empty while there is none. */
  Optional<Outcome> inFront();
}
