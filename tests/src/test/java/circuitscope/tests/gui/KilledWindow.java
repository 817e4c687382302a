package circuitscope.tests.gui;

import circuitscope.app.gui.job.ExecutorJobs;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.shell.ShellWindow;
import circuitscope.app.gui.shell.Windows;
import circuitscope.app.gui.shell.Workbench;
import circuitscope.app.session.workspace.Item;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.Optional;
import javafx.application.Platform;
import javafx.stage.Stage;

/** A window that makes one edit and then waits to be killed. */
public final class KilledWindow {
  static final String EDIT = "an edit that nobody saved";

  private KilledWindow() {}

  /** Takes the folder of settings and data, and a workspace to open; none for one without file. */
  public static void main(String[] arguments) {
    Path folder = Path.of(arguments[0]);
    Platform.startup(
        () -> {
          Settings settings =
              Settings.read(
                  folder.resolve("killed.properties"), Optional.of(folder.resolve("data")));
          Workbench workbench = new Workbench(new ExecutorJobs(), settings);
          ShellWindow window = new Windows(workbench).first(new Stage());
          if (arguments.length == 1) {
            edit(workbench);
          } else {
            window.shell().openWorkspace(Path.of(arguments[1]));
            workbench.project().pathProperty().addListener(change -> edit(workbench));
          }
        });
  }

  private static void edit(Workbench workbench) {
    var project = workbench.project();
    Platform.runLater( // after what opens a workspace is done
        () ->
            project.edit(
                "add prompt",
                all ->
                    all.with(
                        Item.Text.of(
                            "edit",
                            new TokenInput.Prompt(EDIT, BosPolicy.AUTO),
                            project.places()))));
  }
}
