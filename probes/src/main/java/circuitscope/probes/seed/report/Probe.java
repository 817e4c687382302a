package circuitscope.probes.seed.report;

import circuitscope.probes.analysis.Analysis;

/**
 * A probe: an analysis that answers with points.
 *
 * @param <P> its parameters
 */
public abstract class Probe<P extends Record> implements Analysis<P, ProbeResult> {
  private final Class<P> parameters;
  private final Input input;
  private final String id;
  private final String title;
  private final String description;
  private final String example;

  /** What {@link Analysis} asks for, in few words. */
  protected Probe(
      Class<P> parameters,
      Input input,
      String id,
      String title,
      String description,
      String example) {
    this.parameters = parameters;
    this.input = input;
    this.id = id;
    this.title = title;
    this.description = description;
    this.example = example;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final String title() {
    return title;
  }

  @Override
  public final String description() {
    return description;
  }

  @Override
  public final String example() {
    return example;
  }

  @Override
  public final Class<P> parameters() {
    return parameters;
  }

  @Override
  public final Input input() {
    return input;
  }
}
