package circuitscope.heads.icll;

import java.util.ArrayList;
import java.util.List;

/**
 * Two that say something of the next symbol.
 *
 * @param order of the n-gram learner among them; 0 when there is none
 */
record Comparison(Kind kind, int order) {
  /** Who is compared; the first is the p of KL(p ‖ q). */
  enum Kind {
    AUTOMATON_MODEL,
    LEARNER_MODEL,
    AUTOMATON_LEARNER
  }

  static final List<Comparison> ALL = all();

  private static List<Comparison> all() {
    List<Comparison> all = new ArrayList<>(List.of(new Comparison(Kind.AUTOMATON_MODEL, 0)));
    for (Kind kind : List.of(Kind.LEARNER_MODEL, Kind.AUTOMATON_LEARNER)) {
      for (int order = 1; order <= Languages.MAX_ORDER; order++) {
        all.add(new Comparison(kind, order));
      }
    }
    return List.copyOf(all);
  }

  String name() {
    return switch (kind) {
      case AUTOMATON_MODEL -> "model - automaton";
      case LEARNER_MODEL -> "model - %d-gram learner".formatted(order);
      case AUTOMATON_LEARNER -> "automaton - %d-gram learner".formatted(order);
    };
  }

  double[] first(Languages.Example example, int position) {
    return kind == Kind.LEARNER_MODEL
        ? example.learners().get(order - 1)[position]
        : example.automaton()[position];
  }

  double[] second(Languages.Example example, ModelPredictions model, int position) {
    return kind == Kind.AUTOMATON_LEARNER
        ? example.learners().get(order - 1)[position]
        : model.symbols()[position];
  }
}
