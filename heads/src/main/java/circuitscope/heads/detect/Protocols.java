package circuitscope.heads.detect;

import static circuitscope.heads.detect.HeadScores.Kind.DUPLICATE;
import static circuitscope.heads.detect.HeadScores.Kind.INDUCTION;
import static circuitscope.heads.detect.HeadScores.Kind.PREVIOUS;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.Protocol.Given;
import circuitscope.heads.detect.Protocol.Rule;
import circuitscope.heads.detect.RepeatedBlocks.Bos;
import circuitscope.heads.detect.RepeatedBlocks.Layout;
import circuitscope.probes.analysis.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The protocols that look alike and differ: ours, those of Olsson et al. 2022 ("In-context Learning
 * and Induction Heads") and those of TransformerLens's detector and demos.
 */
final class Protocols {
  private static final Map<Kind, String> OURS =
      Map.of(
          PREVIOUS, "queries i >= 1, key i-1",
          DUPLICATE, "queries i in [P, 2P), key i-P",
          INDUCTION, "queries i in [P, 2P), key i-P+1");
  private static final Map<Kind, String> BY_TOKEN =
      Map.of(
          PREVIOUS, "key i-1",
          DUPLICATE, "keys before i with the token of i",
          INDUCTION, "keys up to i right after a token that is the token of i");

  /** One rule for all of TransformerLens's: what follows from it is made once for them all. */
  private static final Rule TARGETS_BY_TOKEN =
      (kind, ids, layout) ->
          switch (kind) {
            case PREVIOUS -> Targets.diagonal(ids.length, 1, 1, ids.length);
            case DUPLICATE -> Targets.sameToken(ids);
            default -> Targets.afterSameToken(ids);
          };

  /** The contract's. */
  static Protocol repeatedBlock(Bos bos, int period, int rows) {
    return new Protocol(
        "circuitscope-repeated-block",
        1,
        "after Olsson et al. 2022, the follower as target",
        new RepeatedBlocks(Sampler.ORDINARY, bos, period, 2, rows),
        Given.REPEATED_IDS,
        Counting.MASS_PER_ROW,
        false,
        false,
        OURS,
        (kind, ids, layout) -> secondBlock(kind, ids.length, Objects.requireNonNull(layout)));
  }

  private static Targets secondBlock(Kind kind, int positions, Layout layout) {
    int period = layout.period();
    int from = layout.start() + period;
    return switch (kind) {
      case PREVIOUS -> Targets.diagonal(positions, 1, 1, positions);
      case DUPLICATE -> Targets.diagonal(positions, period, from, from + period);
      default -> Targets.diagonal(positions, period - 1, from, from + period);
    };
  }

  private static Protocol olsson(String variant, Counting counting, int offset) {
    return new Protocol(
        "olsson-prefix-matching" + variant,
        1,
        "Olsson et al. 2022, prefix matching score"
            + (offset > 0 ? ", follower as target" : ", predecessor as target, as printed"),
        new RepeatedBlocks(Sampler.WITHOUT_EXTREMES, Bos.PREPENDED, 25, 4, 10),
        Given.NONE,
        counting,
        false,
        false,
        Map.of(
            INDUCTION,
            "for every earlier copy c of query i, key c%+d, if in the blocks".formatted(offset)),
        (kind, ids, layout) -> {
          Layout blocks = Objects.requireNonNull(layout);
          return Targets.besideCopies(
              ids.length, blocks.start(), blocks.period(), blocks.repeats(), offset);
        });
  }

  private static Protocol lens(String variant, Counting counting, boolean excluding) {
    return new Protocol(
        "transformerlens-" + variant,
        1,
        "TransformerLens head_detector.py"
            + (excluding ? ", exclude_bos and exclude_current_token" : ""),
        new RepeatedBlocks(Sampler.ORDINARY, Bos.PREPENDED, 50, 2, 10),
        Given.ANY,
        counting,
        excluding,
        excluding,
        BY_TOKEN,
        TARGETS_BY_TOKEN);
  }

  private static Protocol demo(
      String variant, RepeatedBlocks tokens, Map<Kind, String> kinds, Rule rule) {
    return new Protocol(
        "transformerlens-" + variant,
        1,
        "TransformerLens demos; the last token of the first block is counted as a query too",
        tokens,
        Given.NONE,
        Counting.ENTRY_MEAN,
        false,
        false,
        kinds,
        rule);
  }

  private static Targets wholeDiagonal(Kind kind, int[] ids, @Nullable Layout layout) {
    int period = Objects.requireNonNull(layout).period();
    int back = kind == PREVIOUS ? 1 : kind == DUPLICATE ? period : period - 1;
    return Targets.diagonal(ids.length, back, 0, ids.length);
  }

  private static final List<Protocol> OTHERS =
      List.of(
          olsson("", Counting.MASS_PER_ROW, 1),
          olsson("-entries", Counting.ENTRY_MEAN, 1),
          olsson("-before", Counting.MASS_PER_ROW, -1),
          lens("mul", Counting.MUL, false),
          lens("mul-excluding", Counting.MUL, true),
          lens("target-rows", Counting.MUL_TARGET_ROWS, false),
          lens("target-rows-excluding", Counting.MUL_TARGET_ROWS, true),
          lens("abs", Counting.ABS, false),
          lens("abs-excluding", Counting.ABS, true),
          demo(
              "main-demo",
              new RepeatedBlocks(Sampler.range(1000, 10_000), Bos.NONE, 50, 2, 10),
              Map.of(INDUCTION, "queries i >= P-1, key i-P+1"),
              Protocols::wholeDiagonal),
          demo(
              "exploratory-demo",
              new RepeatedBlocks(Sampler.range(100, 20_000), Bos.NONE, 100, 2, 2),
              Map.of(
                  PREVIOUS, "queries i >= 1, key i-1",
                  DUPLICATE, "queries i >= P, key i-P",
                  INDUCTION, "queries i >= P-1, key i-P+1"),
              Protocols::wholeDiagonal));

  private Protocols() {}

  /** Ours, then the others. */
  static List<Protocol> all(Protocol ours) {
    List<Protocol> all = new ArrayList<>();
    all.add(ours);
    all.addAll(OTHERS);
    return all;
  }

  /**
   * The protocol of that name.
   *
   * @throws IllegalArgumentException naming the nearest when there is none
   */
  static Protocol find(String name, Protocol ours) {
    List<String> names = all(ours).stream().map(Protocol::name).toList();
    return all(ours).stream()
        .filter(protocol -> protocol.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "protocols: there is no '%s'%s; there are all, %s"
                        .formatted(name, Nearest.hint(name, names), String.join(", ", names))));
  }
}
