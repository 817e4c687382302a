package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.Models;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.viz.palette.Theme;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import javafx.beans.value.ObservableValue;

/**
 * What a view-model may ask for. Nothing in it knows a control.
 *
 * @param theme light or dark, as the window is
 * @param analyses loading them takes a tenth of a second: ask in a job, or once a page is open
 */
public record Services(
    Jobs jobs,
    Models models,
    Project project,
    Settings settings,
    FileDialogs files,
    Notices notices,
    Clip clip,
    ObservableValue<Theme> theme,
    Supplier<AnalysisRegistry> analyses,
    Pages pages,
    Desktop desktop) {

  /** Services of a page that stands alone. */
  public Services(
      Jobs jobs,
      Models models,
      Project project,
      Settings settings,
      FileDialogs files,
      Notices notices,
      Clip clip,
      ObservableValue<Theme> theme,
      Supplier<AnalysisRegistry> analyses) {
    this(
        jobs,
        models,
        project,
        settings,
        files,
        notices,
        clip,
        theme,
        analyses,
        (type, state) -> {},
        place -> false);
  }

  /** What the window tells its user. */
  public interface Notices {
    /** Something was done: "Copied". */
    void said(String text);

    /** Something could not be done. */
    void failed(Problem problem);

    /** Asks before something is lost; true to go on. */
    boolean confirm(String question, String goOn);
  }

  /** Opens other pages: what was found on one is looked at on another. */
  @FunctionalInterface
  public interface Pages {
    /**
     * Opens a page and brings it to the front.
     *
     * @param state as {@link Page#state} gives it
     */
    void open(String type, Map<String, Object> state);
  }

  /** Shows files and folders in the programs that the desktop has for them. */
  @FunctionalInterface
  public interface Desktop {
    /** False where there is none. */
    boolean show(Path place);
  }

  /** Takes texts to the clipboard. */
  @FunctionalInterface
  public interface Clip {
    void copy(String text);
  }
}
