package circuitscope.app.session.job;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A job file that cannot be run; names every problem, each with its place in the file as {@code
 * FILE:LINE:COLUMN}.
 */
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
                problems.stream()
                    .map(problem -> file + ":" + problem)
                    .collect(Collectors.joining("\n  "))));
    this.problems = List.copyOf(problems);
  }

  /** {@code LINE:COLUMN: place: what is wrong}, in the order of the file. */
  public List<String> problems() {
    return problems;
  }
}
