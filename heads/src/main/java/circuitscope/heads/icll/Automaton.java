package circuitscope.heads.icll;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A deterministic automaton whose states all accept, read as a probabilistic one: every edge out of
 * a state is equally likely (Akyürek et al. 2024, "In-Context Language Learning", appendix).
 *
 * @param edges {@code [state]} of edges by ascending symbol; state 0 is the start
 */
public record Automaton(List<List<Edge>> edges) {
  /** One way out of a state. */
  public record Edge(int symbol, int target) {}

  public Automaton {
    edges = edges.stream().map(List::copyOf).toList();
    for (List<Edge> state : edges) {
      if (state.isEmpty()) {
        throw new IllegalArgumentException("a state of the automaton has no way out");
      }
    }
  }

  public int states() {
    return edges.size();
  }

  /**
   * The state after a symbol.
   *
   * @throws IllegalArgumentException when no edge carries it
   */
  public int next(int state, int symbol) {
    for (Edge edge : edges.get(state)) {
      if (edge.symbol() == symbol) {
        return edge.target();
      }
    }
    throw new IllegalArgumentException("state %d has no edge for %d".formatted(state, symbol));
  }

  /** Probabilities of the next symbol, {@code [symbol]}. */
  public double[] nextSymbols(int state, int symbols) {
    double[] probabilities = new double[symbols];
    for (Edge edge : edges.get(state)) {
      probabilities[edge.symbol()] = 1.0 / edges.get(state).size();
    }
    return probabilities;
  }

  /** A string of that length from the start, each edge equally likely. */
  public int[] string(int length, RandomGenerator random) {
    int[] string = new int[length];
    int state = 0;
    for (int i = 0; i < length; i++) {
      List<Edge> ways = edges.get(state);
      Edge taken = ways.get(random.nextInt(ways.size()));
      string[i] = taken.symbol();
      state = taken.target();
    }
    return string;
  }

  /**
   * The smallest automaton of the same strings, its states numbered in the order in which a
   * breadth-first walk by ascending symbols meets them: equal for equal languages.
   */
  public Automaton minimised() {
    int[] classes = new int[states()];
    int count = 1;
    while (true) {
      Map<Map<Integer, Integer>, Integer> numbers = new LinkedHashMap<>();
      int[] refined = new int[states()];
      for (int state = 0; state < states(); state++) {
        // Every state accepts, so states differ by which symbols lead on, and where to.
        Map<Integer, Integer> signature = new TreeMap<>();
        for (Edge edge : edges.get(state)) {
          signature.put(edge.symbol(), classes[edge.target()]);
        }
        numbers.putIfAbsent(signature, numbers.size());
        refined[state] = numbers.get(signature);
      }
      if (numbers.size() == count) {
        return merged(refined);
      }
      count = numbers.size();
      classes = refined;
    }
  }

  private Automaton merged(int[] classes) {
    int[] member = new int[states()]; // of each class
    Arrays.fill(member, -1);
    for (int state = 0; state < states(); state++) {
      if (member[classes[state]] < 0) {
        member[classes[state]] = state;
      }
    }
    Map<Integer, Integer> numbers = new HashMap<>(Map.of(classes[0], 0));
    Deque<Integer> waiting = new ArrayDeque<>(List.of(classes[0]));
    List<List<Edge>> merged = new ArrayList<>();
    while (!waiting.isEmpty()) {
      List<Edge> out = new ArrayList<>();
      for (Edge edge : edges.get(member[waiting.remove()])) {
        int target = classes[edge.target()];
        if (numbers.putIfAbsent(target, numbers.size()) == null) {
          waiting.add(target);
        }
        out.add(new Edge(edge.symbol(), numbers.get(target)));
      }
      merged.add(out);
    }
    return new Automaton(merged);
  }
}
