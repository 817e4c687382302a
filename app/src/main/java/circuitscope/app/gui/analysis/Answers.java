package circuitscope.app.gui.analysis;

import circuitscope.app.gui.page.Answered;
import circuitscope.app.gui.page.Outcome;
import circuitscope.app.session.AnalysisRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a page of several questions shows: one answer a part, each kept while others are asked.
 *
 * @param <P> the parts of the page
 */
public record Answers<P extends Enum<P>>(Map<P, Outcome> byPart) implements Answered {
  public Answers {
    byPart = Map.copyOf(byPart);
  }

  public Answers() {
    this(Map.of());
  }

  @Override
  public List<AnalysisRun.Finished<?, ?>> runs() {
    return byPart.values().stream().<AnalysisRun.Finished<?, ?>>map(Outcome::finished).toList();
  }

  /** These with another answer to one part. */
  public Answers<P> with(P part, Outcome answer) {
    Map<P, Outcome> all = new LinkedHashMap<>(byPart);
    all.put(part, answer);
    return new Answers<>(all);
  }

  /** These without one part, which no longer belongs to the others. */
  public Answers<P> without(P part) {
    Map<P, Outcome> all = new LinkedHashMap<>(byPart);
    all.remove(part);
    return new Answers<>(all);
  }

  public Optional<Outcome> of(P part) {
    return Optional.ofNullable(byPart.get(part));
  }

  /** The answer to a part as the record that its analysis gives. */
  public <R> Optional<R> result(P part, Class<R> type) {
    return of(part).map(outcome -> type.cast(outcome.finished().result()));
  }
}
