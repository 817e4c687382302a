package circuitscope.app.gui.analysis;

import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.Runner;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.binding.BooleanBinding;

/** A page of several questions, as its buttons need to know it. */
public interface Questions {
  ChosenModel model();

  InputFormViewModel input();

  Runner<?> runner();

  /** Whether what Run asks is complete. */
  BooleanBinding runnable();

  void run();

  /** What Run asks as the page stands, each a line of the command line, the one in front first. */
  List<Question> asked();

  /** The answer that exports are taken from; empty while there is none. */
  Optional<Outcome> inFront();

  /** What opens the page again as it stands. */
  Map<String, Object> state();

  /** Cancels what runs and frees what is held. */
  void close();
}
