package circuitscope.heads.detect;

/**
 * How the attention on targets becomes the score of one row of tokens. The step that scores
 * shuffled targets ({@code cells.py}) has the same formulas under the same names.
 */
enum Counting {
  /** Σ A∘D a row that has a target: 0 to 1, whatever the number of targets. */
  MASS_PER_ROW("attention on all targets of a query, averaged over the queries that have one") {
    @Override
    double score(double mass, Rest rest) {
      return mass / rest.targetRows();
    }
  },
  /** Σ A∘D a target: cannot exceed the share of queries in targets. */
  ENTRY_MEAN("attention averaged over targets") {
    @Override
    double score(double mass, Rest rest) {
      return mass / rest.entries();
    }
  },
  /** TransformerLens's {@code mul}: Σ A∘D / Σ A. */
  MUL("attention on targets over all attention; queries without a target count against the head") {
    @Override
    double score(double mass, Rest rest) {
      return mass / rest.kept();
    }
  },
  /** {@code mul} over the rows that have a target. */
  MUL_TARGET_ROWS("attention on targets over attention, both of the queries that have a target") {
    @Override
    double score(double mass, Rest rest) {
      return mass / rest.keptOfTargetRows();
    }
  },
  /**
   * TransformerLens's {@code abs}: 1 − Σ|A − D| / n, what is subtracted being rounded to three
   * decimals. As A lies in [0, 1] and D is 0 or 1, Σ|A − D| = Σ A + Σ D − 2 Σ A∘D.
   */
  ABS("1 less the absolute difference of attention and targets a query, rounded to 3 decimals") {
    @Override
    double score(double mass, Rest rest) {
      double difference = rest.kept() + rest.entries() - 2 * mass;
      return 1 - Math.rint(1000 * difference / rest.positions()) / 1000;
    }
  };

  private final String words;

  Counting(String words) {
    this.words = words;
  }

  /** For results: what is summed and what it is divided by. */
  String words() {
    return words;
  }

  /** Whether a row without a target has no score, rather than a low one. */
  boolean needsTargets() {
    return this != MUL && this != ABS;
  }

  /** Whether the score divides by what is left of the attention. */
  boolean renormalises() {
    return this == MUL || this == MUL_TARGET_ROWS;
  }

  /**
   * The score of one head on one row, NaN when the row has no target to count.
   *
   * @param mass Σ A∘D
   */
  abstract double score(double mass, Rest rest);

  /**
   * Other sums over one head's pattern on one row; what is excluded is in none of them.
   *
   * @param kept Σ A
   * @param keptOfTargetRows Σ A over queries that have a target
   * @param entries Σ D
   * @param targetRows queries that have a target
   */
  record Rest(double kept, double keptOfTargetRows, int entries, int targetRows, int positions) {}
}
