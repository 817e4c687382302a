package circuitscope.probes.ngram;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Several sorted counts as one; counts of equal keys are added. */
final class MergedCounts implements SortedCounts {
  private final PriorityQueue<SortedCounts> sources =
      new PriorityQueue<>(Comparator.comparingLong(SortedCounts::key));
  private long key;
  private long count;

  MergedCounts(List<? extends SortedCounts> sources) throws IOException {
    for (SortedCounts source : sources) {
      enqueue(source);
    }
  }

  @Override
  public boolean next() throws IOException {
    SortedCounts head = sources.poll();
    if (head == null) {
      return false;
    }
    key = head.key();
    count = head.count();
    enqueue(head);
    for (SortedCounts same = sources.peek(); same != null && same.key() == key; ) {
      count += same.count();
      enqueue(sources.remove());
      same = sources.peek();
    }
    return true;
  }

  private void enqueue(SortedCounts source) throws IOException {
    if (source.next()) {
      sources.add(source);
    }
  }

  @Override
  public long key() {
    return key;
  }

  @Override
  public long count() {
    return count;
  }
}
