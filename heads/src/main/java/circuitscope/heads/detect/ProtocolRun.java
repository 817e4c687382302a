package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Kind;
import circuitscope.heads.detect.RepeatedBlocks.Layout;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Protocols that share their tokens, scored in one pass over the model. */
final class ProtocolRun {

  /**
   * A protocol with its rows, and a pattern of the user's that is looked for beside.
   *
   * @param measures {@code [row]} of each kind
   */
  record Asked(
      Protocol protocol,
      Reading reading,
      @Nullable GivenPattern pattern,
      Map<Kind, List<Measure>> measures) {

    /**
     * Works out what is measured.
     *
     * @param made measures by what they follow from, which protocols share
     */
    static Asked of(
        Protocol protocol,
        Reading reading,
        @Nullable GivenPattern pattern,
        Map<Origin, List<Measure>> made) {
      Map<Kind, List<Measure>> measures = new EnumMap<>(Kind.class);
      for (Kind kind : protocol.scored()) {
        measures.put(
            kind,
            made.computeIfAbsent(
                new Origin(protocol, kind, reading),
                key ->
                    Arrays.stream(reading.rows())
                        .map(row -> protocol.measure(kind, row, reading.layout()))
                        .toList()));
      }
      if (pattern != null) {
        measures.put(
            Kind.PATTERN,
            Arrays.stream(reading.rows())
                .map(row -> protocol.measure(Kind.PATTERN, pattern.targets(row)))
                .toList());
      }
      return new Asked(protocol, reading, pattern, measures);
    }
  }

  /** What the measures of one kind follow from. */
  record Origin(
      Protocol.Rule rule,
      boolean withoutFirst,
      boolean withoutCurrent,
      Kind kind,
      TokensRead tokens,
      @Nullable Layout layout) {
    Origin(Protocol protocol, Kind kind, Reading reading) {
      this(
          protocol.rule(),
          protocol.withoutFirst(),
          protocol.withoutCurrent(),
          kind,
          reading.read(),
          reading.layout());
    }
  }

  /** What one pass gave. */
  record Scored(PatternSums sums, List<ProtocolScores> protocols) {}

  private ProtocolRun() {}

  /**
   * Scores protocols of one reading.
   *
   * @param asked at least one, all of the same rows
   */
  static Scored run(
      Model model, List<Asked> asked, DetectAnalysis.Parameters parameters, Progress progress) {
    Map<List<Measure>, Integer> columns = new LinkedHashMap<>();
    for (Asked one : asked) {
      one.measures().values().forEach(column -> columns.putIfAbsent(column, columns.size()));
    }
    int[][] rows = asked.getFirst().reading().rows();
    List<List<Measure>> byRow = new ArrayList<>();
    for (int row = 0; row < rows.length; row++) {
      int at = row;
      byRow.add(columns.keySet().stream().map(column -> column.get(at)).toList());
    }
    Set<NullScores.Wanted> wanted = new LinkedHashSet<>();
    for (Asked one : asked) {
      one.measures().values().forEach(column -> wanted.add(wanted(one, column, columns)));
    }
    PatternSums sums =
        PatternSums.of(
            model,
            rows,
            byRow,
            wanted,
            parameters.batch(),
            parameters.shuffles(),
            parameters.seed(),
            progress);
    return new Scored(sums, asked.stream().map(one -> scores(one, columns, sums)).toList());
  }

  private static NullScores.Wanted wanted(
      Asked asked, List<Measure> column, Map<List<Measure>, Integer> columns) {
    return new NullScores.Wanted(columns.getOrDefault(column, -1), asked.protocol().counting());
  }

  private static ProtocolScores scores(
      Asked asked, Map<List<Measure>, Integer> columns, PatternSums sums) {
    Protocol protocol = asked.protocol();
    boolean remainder = protocol.counting().renormalises() && protocol.withoutFirst();
    Map<String, KindScores> kinds = new LinkedHashMap<>();
    for (Map.Entry<Kind, List<Measure>> measured : asked.measures().entrySet()) {
      NullScores.Wanted wanted = wanted(asked, measured.getValue(), columns);
      KindScores ofKind = sums.kind(wanted);
      if (ofKind != null) {
        kinds.put(
            measured.getKey().word(),
            remainder ? ofKind.surviving(sums.surviving(wanted)) : ofKind);
      }
    }
    return new ProtocolScores(
        protocol.id(), rules(asked, sums.draws()), asked.reading().read(), kinds);
  }

  private static Map<String, Object> rules(Asked asked, int draws) {
    Protocol protocol = asked.protocol();
    Map<String, Object> rules = new LinkedHashMap<>();
    rules.put("name", protocol.id());
    rules.put("source", protocol.source());
    rules.putAll(asked.reading().words());
    rules.put("score", protocol.counting().words());
    rules.put(
        "left_out",
        protocol.withoutFirst() ? "attention to key 0 and to the query itself" : "nothing");
    protocol.scored().forEach(kind -> rules.put(kind.word(), protocol.kinds().get(kind)));
    if (asked.pattern() != null) {
      rules.put("pattern", asked.pattern().words());
    }
    rules.put("uniform_attention", uniform(asked));
    rules.put("null", "targets of each query moved to as many keys drawn from those it sees");
    rules.put("null_draws", draws);
    rules.put("interval", "95 % bootstrap over rows");
    return rules;
  }

  /** What a head would score that attends to everything equally, on the first row with a score. */
  private static Map<String, Double> uniform(Asked asked) {
    Counting counting = asked.protocol().counting();
    Map<String, Double> uniform = new LinkedHashMap<>();
    asked
        .measures()
        .forEach(
            (kind, measures) ->
                measures.stream()
                    .filter(measure -> !counting.needsTargets() || measure.targetRows() > 0)
                    .findFirst()
                    .ifPresent(measure -> uniform.put(kind.word(), measure.uniform(counting))));
    return uniform;
  }
}
