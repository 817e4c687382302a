package circuitscope.probes.analysis;

import java.util.List;

/** Parameters that cannot be used; names every problem, not only the first. */
public final class InvalidParametersException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  public InvalidParametersException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence a problem, beginning with the parameter's name. */
  public List<String> problems() {
    return problems;
  }
}
