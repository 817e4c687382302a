package circuitscope.heads.causal;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.HeadScores;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The heads with the highest score of a kind.
 *
 * @param scores as many as heads, the highest first
 */
public record FoundHeads(Type found, List<HeadName> heads, List<Double> scores) {

  /** By which score heads are found. */
  public enum Type {
    INDUCTION(HeadScores.Kind.INDUCTION),
    PREVIOUS(HeadScores.Kind.PREVIOUS),
    DUPLICATE(HeadScores.Kind.DUPLICATE);

    private final HeadScores.Kind kind;

    Type(HeadScores.Kind kind) {
      this.kind = kind;
    }
  }

  /** As on axes: "induction, top 3". */
  String name() {
    return "%s, top %d".formatted(found.name().toLowerCase(Locale.ROOT), heads.size());
  }

  /**
   * Scores every head of the model, on random tokens.
   *
   * @param seed of the random tokens
   */
  public static HeadScores score(Subject subject, long seed, Progress progress) {
    DetectAnalysis detect = new DetectAnalysis();
    Subject onRandomTokens = new Subject(subject.model(), subject.tokenizer(), null);
    return detect.run(
        onRandomTokens,
        ParameterSpec.of(detect.parameters()).read(Map.of("seed", seed)),
        progress);
  }

  /** The first {@code top} heads by a score. */
  static FoundHeads best(HeadScores scores, Type found, int top) {
    List<HeadScores.Head> best = scores.best(found.kind).subList(0, top);
    return new FoundHeads(
        found,
        best.stream().map(head -> new HeadName(head.layer(), head.index())).toList(),
        best.stream().map(head -> score(head, found)).toList());
  }

  private static double score(HeadScores.Head head, Type found) {
    return switch (found) {
      case INDUCTION -> head.scores().induction();
      case PREVIOUS -> head.scores().previous();
      case DUPLICATE -> head.scores().duplicate();
    };
  }
}
