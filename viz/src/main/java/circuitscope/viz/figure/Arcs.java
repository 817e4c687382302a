package circuitscope.viz.figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Weighted arcs over a text: who attends to whom (as BertViz draws it; Vig 2019, "A Multiscale
 * Visualization of Attention in the Transformer Model").
 *
 * @param tokens labels with visible spaces and line ends
 * @param arcs any number, in any order; the stronger ones are drawn above the weaker
 */
public record Arcs(Heading heading, List<String> tokens, List<Arc> arcs, Colours colours)
    implements Figure {

  public Arcs {
    tokens = List.copyOf(tokens);
    arcs = List.copyOf(arcs);
    Check.notEmpty(heading, "tokens", tokens.size());
    for (Arc arc : arcs) {
      boolean inside = Math.min(arc.from(), arc.to()) >= 0;
      if (!inside || Math.max(arc.from(), arc.to()) >= tokens.size()) {
        throw new IllegalArgumentException(
            "figure '%s': the arc from %d to %d leaves its %d tokens"
                .formatted(heading.id(), arc.from(), arc.to(), tokens.size()));
      }
      if (!Double.isFinite(arc.weight())) {
        throw new IllegalArgumentException(
            "figure '%s': the arc from %d to %d has the weight %s; expected a finite number"
                .formatted(heading.id(), arc.from(), arc.to(), arc.weight()));
      }
    }
  }

  /**
   * One arc: its width follows |weight|, its colour the weight.
   *
   * @param from index of the token that reads: the query
   * @param to index of the token that is read: the key
   */
  public record Arc(int from, int to, double weight) {}

  /**
   * The attention pattern of one head as arcs.
   *
   * @param weights row-major {@code [query, key]}, as many of each as there are tokens
   * @param least weights below it have no arc
   */
  public static Arcs attention(Heading heading, List<String> tokens, float[] weights, float least) {
    Check.sameLength(
        heading, "weights", weights.length, "tokens squared", tokens.size() * tokens.size());
    List<Arc> arcs = new ArrayList<>();
    for (int query = 0; query < tokens.size(); query++) {
      for (int key = 0; key <= query; key++) {
        float weight = weights[query * tokens.size() + key];
        if (weight >= least) {
          arcs.add(new Arc(query, key, weight));
        }
      }
    }
    return new Arcs(heading, tokens, arcs, Colours.probability("attention probability"));
  }
}
