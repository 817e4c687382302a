package circuitscope.probes.seed.adjacency;

import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Tells hit rates by rank and age, and accepted tokens a call. */
record AdjacencyReport(
    List<String> names, // of the followers; the null last
    List<List<Replay.Hits>> hits, // [follower][window]
    List<List<List<Long>>> drafts, // [follower][continuation] calls, accepted
    AdjacencyAnalysis.Parameters p,
    int vocab,
    TokensRead read) {

  ProbeResult result() {
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int r = 1; r <= p.k(); r++) {
        int rank = r;
        points.add(rate("hit@r, ", i, r, h -> h.hits()[rank - 1], Replay.Hits::positions, true));
      }
    }
    // The lens's lines lie close together, and the most frequent tokens are the null.
    List<Point> curve =
        points.stream()
            .filter(one -> !one.series().contains("lens") && one.chance() != null)
            .toList();
    points.add(rate("known token, ", 0, 0, Replay.Hits::known, Replay.Hits::positions, false));
    for (int age = 0; age < Replay.AGES; age++) {
      int of = age;
      if (total(0, h -> h.byAge()[of]) > 0) {
        points.add(
            rate(
                "hit@%d by age, ".formatted(p.k()),
                0,
                1 << age,
                h -> h.hitsByAge()[of],
                h -> h.byAge()[of],
                true));
      }
    }
    double chance = accepted(names.size() - 1).value();
    for (int i = 0; i < names.size(); i++) {
      long calls = drafts.get(i).stream().mapToLong(List::getFirst).sum();
      points.add(Point.of("accepted a call, " + names.get(i), 0, accepted(i), chance, calls));
    }
    return new ProbeResult(
        "hit@r = P(the model's top token is among the first r of M[x_t]); accepted a call = longest"
            + " path of the draft tree along the greedy continuation",
        "the k most frequent tokens so far",
        "r, age",
        points,
        notes(),
        protocol(),
        List.of(
            ProbeResult.curves(
                new Heading(
                    "hit-rate",
                    "How often the guesses hold the model's top token",
                    "By number of guesses; 95 % bootstrap intervals over windows."),
                PlotAxis.linear("guesses r"),
                PlotAxis.linear("hit@r").withRange(0, 1),
                curve)),
        List.of(),
        read);
  }

  private Point rate(
      String what,
      int follower,
      double at,
      ToDoubleFunction<Replay.Hits> part,
      ToDoubleFunction<Replay.Hits> whole,
      boolean beside) {
    int last = names.size() - 1;
    double least = total(last, part) / total(last, whole);
    return Point.of(
        what + names.get(follower),
        at,
        ratio(hits.get(follower), part, whole),
        beside && follower != last ? least : null,
        Math.round(total(follower, whole)));
  }

  private double total(int follower, ToDoubleFunction<Replay.Hits> of) {
    return hits.get(follower).stream().mapToDouble(of).sum();
  }

  private Estimate accepted(int follower) {
    return ratio(drafts.get(follower), d -> d.get(1), List::getFirst);
  }

  private <T> Estimate ratio(List<T> of, ToDoubleFunction<T> part, ToDoubleFunction<T> whole) {
    double[][] sums = new double[of.size()][];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = new double[] {part.applyAsDouble(of.get(i)), whole.applyAsDouble(of.get(i))};
    }
    return Estimate.of(sums, p.seed(), total -> total.values()[0] / total.values()[1]);
  }

  private List<String> notes() {
    DraftTree tree = new DraftTree(p.budget(), p.depth());
    return List.of(
        "table: %,d tokens x %d candidates x 4 bytes = %,d bytes"
            .formatted(vocab, p.k(), 4L * vocab * p.k()),
        "tree: paths whose ranks multiply to at most %d, at most %d deep: %d nodes"
            .formatted(p.budget(), p.depth(), tree.nodes()),
        "a call yields its accepted tokens and one more; a token without an entry is a miss");
  }

  private Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "token-recycling/1");
    protocol.put("storage_bytes", 4L * vocab * p.k());
    protocol.put("tree_nodes", new DraftTree(p.budget(), p.depth()).nodes());
    protocol.put("greedy", "the later windows' first half, written on greedily");
    protocol.put("tables", "carried on from window to window; followers in context are not");
    protocol.put("seed", p.seed());
    return protocol;
  }
}
