package circuitscope.app.session.job;

import java.nio.file.Path;
import java.util.List;

/** A job file that cannot be run; names every problem, each with its place in the file. */
public final class InvalidJobException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  InvalidJobException(Path file, List<String> problems) {
    super(
        "%s: %d problem%s, nothing was run:\n  %s"
            .formatted(
                file,
                problems.size(),
                problems.size() == 1 ? "" : "s",
                String.join("\n  ", problems)));
    this.problems = List.copyOf(problems);
  }

  public List<String> problems() {
    return problems;
  }
}
