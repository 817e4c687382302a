package circuitscope.heads.detect;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every head's scores: under one protocol, with what chance gives beside them, and under its
 * rivals.
 *
 * @param heads in the order of layers and heads
 * @param protocol the first protocol's rules; {@code scores} of heads are its scores
 * @param protocols every protocol asked for, the first among them
 * @param rankCorrelation how alike they order the heads
 * @param copying what heads write, measured on other tokens; null when not asked for
 * @param successor null when not asked for, or no ordinal tokens are known
 * @param leftOut what was asked for and could not be had, and why
 */
public record HeadScores(
    List<Head> heads,
    Map<String, Object> protocol,
    List<ProtocolScores> protocols,
    List<ProtocolScores.Agreement> rankCorrelation,
    @Nullable Copying copying,
    @Nullable Successors successor,
    Map<String, String> leftOut,
    TokensRead input,
    @JsonIgnore int layers,
    @JsonIgnore int headsOfLayer)
    implements Result {

  /** The kinds that protocols score. */
  static final List<Kind> KINDS = List.of(Kind.PREVIOUS, Kind.DUPLICATE, Kind.INDUCTION);

  private static final int SHOWN = 5;

  /**
   * One head.
   *
   * @param head the name, such as {@code L3H4}
   * @param evidence by kind, what stands beside the score
   * @param verdict what prefix matching and copying say together; null where one is not known or
   *     neither stands out
   */
  public record Head(
      String head,
      int layer,
      int index,
      Scores scores,
      Map<String, Evidence> evidence,
      Mass mass,
      @Nullable Verdict verdict) {}

  /** The scores of a head; null for a kind that was not, or cannot be, scored. */
  public record Scores(
      @Nullable Double previous,
      @Nullable Double duplicate,
      @Nullable Double induction,
      @Nullable Double pattern,
      @Nullable Double copying,
      @Nullable Double successor) {
    public @Nullable Double of(Kind kind) {
      return switch (kind) {
        case PREVIOUS -> previous;
        case DUPLICATE -> duplicate;
        case INDUCTION -> induction;
        case PATTERN -> pattern;
      };
    }
  }

  /**
   * What stands beside a score.
   *
   * @param low of the 95 % bootstrap interval over rows
   * @param nullMean of shuffled targets, as is its 95th percentile
   * @param outstanding whether the score exceeds the 95th percentile of the best head's null
   */
  public record Evidence(
      double low, double high, double nullMean, double null95th, boolean outstanding) {}

  /**
   * Where attention rests, as a mean over the queries from 1 on.
   *
   * @param sink on key 0
   * @param self on the query itself
   * @param withoutSink what is left when key 0 is left out
   */
  public record Mass(
      double sink, double self, double withoutSink, double withoutSelf, double withoutBoth) {
    static Mass of(double sink, double self) {
      return new Mass(sink, self, 1 - sink, 1 - self, 1 - sink - self);
    }
  }

  /** Heads that match prefixes, told apart by what they do with what they find. */
  public enum Verdict {
    /** Raises the token that it attends to. */
    INDUCTION,
    /** Lowers it. */
    ANTI_INDUCTION;

    /** As in results: {@code anti-induction}. */
    @JsonValue
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** What a head may attend to. */
  public enum Kind {
    PREVIOUS("Previous-token heads", "to the token just before"),
    DUPLICATE("Duplicate-token heads", "to the same token's earlier copy"),
    INDUCTION("Induction heads", "to the token that followed the earlier copy"),
    PATTERN("Heads of the given pattern", "to the entries of the given pattern");

    final String title;
    final String target;

    Kind(String title, String target) {
      this.title = title;
      this.target = target;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The heads with the highest score first.
   *
   * @throws IllegalStateException when that kind was not scored
   */
  public List<Head> best(Kind kind) {
    return heads.stream()
        .sorted(Comparator.comparingDouble((Head head) -> -known(head, kind)))
        .toList();
  }

  private static double known(Head head, Kind kind) {
    Double score = head.scores().of(kind);
    if (score == null) {
      throw new IllegalStateException("no " + kind.word() + " score of " + head.head());
    }
    return score;
  }

  boolean scored(Kind kind) {
    return heads.getFirst().scores().of(kind) != null;
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    for (Kind kind : Kind.values()) {
      if (scored(kind)) {
        text.append(kind.title).append(": ");
        List<String> shown =
            best(kind).stream().limit(SHOWN).map(head -> inWords(head, kind)).toList();
        text.append(String.join(", ", shown)).append('\n');
      }
    }
    if (copying != null) {
      text.append("Copying heads: ").append(copying.best(heads, SHOWN)).append('\n');
    }
    if (successor != null) {
      text.append("Successor heads: ").append(successor.best(heads, SHOWN)).append('\n');
    }
    text.append("* above the 95th percentile of the best head's score on shuffled targets\n");
    if (protocols.size() > 1) {
      text.append(ProtocolFigures.inWords(this));
    }
    leftOut.forEach(
        (what, why) ->
            text.append("Left out: ").append(what).append(", ").append(why).append('\n'));
    return text.toString();
  }

  private static String inWords(Head head, Kind kind) {
    Evidence evidence = head.evidence().get(kind.word());
    String mark = evidence != null && evidence.outstanding() ? "*" : "";
    return String.format(Locale.ROOT, "%s %.3f%s", head.head(), known(head, kind), mark);
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return ScoreFigures.of(this);
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Head head : heads) {
      Scores scores = head.scores();
      rows.add(
          List.of(
              head.head(),
              head.layer(),
              head.index(),
              cell(scores.previous()),
              cell(scores.duplicate()),
              cell(scores.induction()),
              cell(scores.pattern()),
              cell(scores.copying()),
              cell(scores.successor()),
              head.mass().sink(),
              head.mass().self(),
              head.verdict() == null ? "" : head.verdict().word()));
    }
    DataTable heads =
        new DataTable(
            "heads",
            List.of(
                "head",
                "layer",
                "index",
                "previous",
                "duplicate",
                "induction",
                "pattern",
                "copying",
                "successor",
                "sink_mass",
                "self_mass",
                "verdict"),
            rows);
    return List.of(heads, ProtocolFigures.table(this));
  }

  private static Object cell(@Nullable Double score) {
    return score == null ? "" : score;
  }
}
