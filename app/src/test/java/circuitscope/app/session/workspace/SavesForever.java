package circuitscope.app.session.workspace;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A process to be killed: saves one state after another, an autosave before each save. */
final class SavesForever {
  private static final int ITEMS = 2000;

  private SavesForever() {}

  public static void main(String[] arguments) throws IOException {
    try (WorkspaceFile file = WorkspaceFile.open(Path.of(arguments[0]))) {
      for (int state = number(file.saved()) + 1; ; state++) {
        file.autosave(state(state));
        file.save(state(state));
      }
    }
  }

  /** A state of a few hundred kilobytes, all of which follows from its number. */
  static Workspace state(int number) {
    Map<String, Object> layout =
        IntStream.range(0, ITEMS)
            .boxed()
            .collect(Collectors.toMap(i -> "pane " + i, i -> "state %d of it".formatted(number)));
    return Workspace.empty("state " + number).withLayout(layout);
  }

  static int number(Workspace workspace) {
    return Integer.parseInt(workspace.title().replaceFirst("state ", ""));
  }
}
