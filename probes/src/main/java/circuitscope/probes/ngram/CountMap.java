package circuitscope.probes.ngram;

import java.util.Arrays;

/**
 * Counts by key in bounded memory: open addressing, a key and its count beside each other so that a
 * look-up touches one cache line.
 */
final class CountMap {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;
  private static final int FIRST_CAPACITY = 1 << 14;
  private static final int LARGEST_CAPACITY = 1 << 29;

  /** Fullest: beyond it probes grow long. */
  private static final double LOAD = 0.6;

  /** Bytes that a slot can cost: the table, and half of it while it grows. */
  private static final int SLOT_BYTES = 24;

  private final int largestCapacity;
  private long[] slots; // [slot, (key + 1, count)]; 0 is free
  private int capacity;
  private int size;

  /** Memory in which {@code keys} keys are sure to find room. */
  static long bytesFor(long keys) {
    long slots = FIRST_CAPACITY;
    while (LOAD * slots < keys) {
      slots *= 2;
    }
    return slots * SLOT_BYTES;
  }

  /**
   * @param memoryBytes never more than this, but always room for a few thousand keys
   */
  CountMap(long memoryBytes) {
    long most = Math.clamp(memoryBytes / SLOT_BYTES, FIRST_CAPACITY, LARGEST_CAPACITY);
    largestCapacity = (int) Long.highestOneBit(most);
    capacity = FIRST_CAPACITY;
    slots = new long[2 * capacity];
  }

  int size() {
    return size;
  }

  /** Whether {@code keys} new keys are sure to fit. */
  boolean hasRoomFor(long keys) {
    return size + keys <= (long) (LOAD * largestCapacity);
  }

  /**
   * @throws IllegalStateException when the map is full; {@link #hasRoomFor} tells in time
   */
  void increment(long key) {
    long stored = key + 1;
    int mask = capacity - 1;
    int slot = slot(key);
    while (true) {
      long there = slots[2 * slot];
      if (there == stored) {
        slots[2 * slot + 1]++;
        return;
      }
      if (there == 0) {
        break;
      }
      slot = (slot + 1) & mask;
    }
    if (size >= LOAD * capacity) {
      grow();
      increment(key);
      return;
    }
    slots[2 * slot] = stored;
    slots[2 * slot + 1] = 1;
    size++;
  }

  private int slot(long key) {
    return (int) ((key * GOLDEN) >>> (Long.numberOfLeadingZeros(capacity) + 1));
  }

  private void grow() {
    if (capacity == largestCapacity) {
      throw new IllegalStateException("%d keys fill the memory given".formatted(size));
    }
    long[] old = slots;
    capacity *= 2;
    slots = new long[2 * capacity];
    int mask = capacity - 1;
    for (int from = 0; from < old.length; from += 2) {
      if (old[from] != 0) {
        int slot = slot(old[from] - 1);
        while (slots[2 * slot] != 0) {
          slot = (slot + 1) & mask;
        }
        slots[2 * slot] = old[from];
        slots[2 * slot + 1] = old[from + 1];
      }
    }
  }

  /** Forgets every key and keeps the memory. */
  void clear() {
    Arrays.fill(slots, 0);
    size = 0;
  }

  /** The present content in the order of the keys; the map must not change meanwhile. */
  SortedCounts sorted() {
    long[] keys = new long[size];
    int filled = 0;
    for (int slot = 0; slot < capacity; slot++) {
      if (slots[2 * slot] != 0) {
        keys[filled++] = slots[2 * slot] - 1;
      }
    }
    Arrays.sort(keys);
    return new Sorted(keys);
  }

  private long count(long key) {
    int slot = slot(key);
    while (slots[2 * slot] != key + 1) {
      slot = (slot + 1) & (capacity - 1);
    }
    return slots[2 * slot + 1];
  }

  private final class Sorted implements SortedCounts {
    private final long[] keys;
    private int at = -1;

    Sorted(long[] keys) {
      this.keys = keys;
    }

    @Override
    public boolean next() {
      return ++at < keys.length;
    }

    @Override
    public long key() {
      return keys[at];
    }

    @Override
    public long count() {
      return CountMap.this.count(keys[at]);
    }
  }
}
