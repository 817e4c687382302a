package circuitscope.app;

import circuitscope.app.cli.CommandLineApp;
import circuitscope.app.cli.Relaunch;
import circuitscope.app.gui.Launch;

/** The one entry point; {@code bin/circuitscope} starts it. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Relaunch.ifNeeded(arguments).ifPresent(Runtime.getRuntime()::exit);
    CommandLineApp.main(arguments, Launch::window);
  }
}
