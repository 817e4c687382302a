package circuitscope.probes.analysis;

import java.util.List;

/**
 * One question asked of a model. Parameters and answer are records of plain values; the command
 * line, job files and the window run the same analysis with the same parameters.
 *
 * <p>One's own are found through {@link java.util.ServiceLoader}: name the class in {@code
 * META-INF/services/circuitscope.probes.analysis.Analysis}.
 *
 * @param <P> a record whose components carry {@link Param}
 */
public interface Analysis<P extends Record, R extends Result> {

  /** Whether there must be tokens to read. */
  enum Input {
    /** The analysis makes its own tokens, or needs none. */
    NONE,
    /** Reads what is given, else makes its own. */
    OPTIONAL,
    /** Reads what is given, unless its parameters ask for tokens of its own making. */
    USUAL,
    REQUIRED
  }

  /** The name in commands, job files and results: {@code heads.detect} is typed "heads detect". */
  String id();

  /** The words of its command: {@code heads}, {@code detect}. */
  default List<String> words() {
    return List.of(id().split("\\.", -1));
  }

  /**
   * Raised whenever the same model, text and parameters give other numbers than before, so that
   * stored results are not taken for new ones.
   */
  default int version() {
    return 1;
  }

  /** A few words for menus and headings. */
  String title();

  /** What is measured, after which paper, and what it does not say. */
  String description();

  /** The words after the command in an example, such as {@code --model M --file book.txt}. */
  String example();

  Class<P> parameters();

  Input input();

  /**
   * Answers the question.
   *
   * @throws CancelledException when {@code progress} was cancelled
   * @throws IllegalArgumentException when these parameters cannot be used on this subject
   */
  R run(Subject subject, P parameters, Progress progress);
}
