package circuitscope.probes.ngram;

import java.io.IOException;

/** n-grams with their counts, keys ascending, each once. */
interface SortedCounts {
  /** Moves on to the next n-gram; false when there is none. */
  boolean next() throws IOException;

  long key();

  long count();
}
