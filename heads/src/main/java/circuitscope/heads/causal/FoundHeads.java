package circuitscope.heads.causal;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.HeadScores;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.statistics.Estimate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The heads with the highest scores of a kind, the highest first. */
public record FoundHeads(Type found, List<Scored> best) {

  /** By which score heads are found. */
  public enum Type {
    INDUCTION(HeadScores.Kind.INDUCTION),
    PREVIOUS(HeadScores.Kind.PREVIOUS),
    DUPLICATE(HeadScores.Kind.DUPLICATE);

    private final HeadScores.Kind kind;

    Type(HeadScores.Kind kind) {
      this.kind = kind;
    }

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A head with its score and what stands beside it.
   *
   * @param score with its interval over rows
   * @param null95th of the same head's scores on shuffled targets
   * @param outstanding whether the score exceeds what the best head reaches on shuffled targets in
   *     95 of 100 shuffles
   */
  public record Scored(HeadName head, Estimate score, double null95th, boolean outstanding) {}

  List<HeadName> heads() {
    return best.stream().map(Scored::head).toList();
  }

  /** As on axes: "induction, top 3". */
  String name() {
    return "%s, top %d".formatted(found.word(), best.size());
  }

  /**
   * Scores every head of the model, on random tokens.
   *
   * @param seed of the random tokens
   */
  public static HeadScores score(Subject subject, long seed, Progress progress) {
    DetectAnalysis detect = new DetectAnalysis();
    Subject onRandomTokens = new Subject(subject.model(), subject.tokenizer(), null);
    Map<String, Object> parameters = Map.of("seed", seed, "copying", false, "successor", false);
    return detect.run(
        onRandomTokens, ParameterSpec.of(detect.parameters()).read(parameters), progress);
  }

  /** The first {@code top} heads by a score. */
  public static FoundHeads best(HeadScores scores, Type found, int top) {
    return new FoundHeads(
        found,
        scores.best(found.kind).stream().limit(top).map(head -> scored(head, found)).toList());
  }

  private static Scored scored(HeadScores.Head head, Type found) {
    HeadScores.Evidence evidence =
        Objects.requireNonNull(head.evidence().get(found.word()), found.word());
    double score = Objects.requireNonNull(head.scores().of(found.kind), found.word());
    return new Scored(
        new HeadName(head.layer(), head.index()),
        new Estimate(score, evidence.low(), evidence.high()),
        evidence.null95th(),
        evidence.outstanding());
  }

  /** Scores of one kind, by layer and head. */
  public static double[] all(HeadScores scores, Type found) {
    return scores.heads().stream()
        .mapToDouble(head -> Objects.requireNonNull(head.scores().of(found.kind), found.word()))
        .toArray();
  }
}
