package circuitscope.probes.seed.bytes;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The tokens of text in the order of their bytes: those with a common beginning lie together. */
final class TokenIndex {
  private final byte[][] bytes; // [id]
  private final int[] order;

  TokenIndex(TokenModel model) {
    bytes = new byte[model.vocab()][];
    Arrays.setAll(bytes, model::bytes);
    order =
        IntStream.range(0, bytes.length)
            .filter(id -> bytes[id].length > 0)
            .boxed()
            .sorted((a, b) -> Arrays.compareUnsigned(bytes[a], bytes[b]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** Places {@code from} to {@code to} of the order. */
  record Range(int from, int to) {
    boolean isEmpty() {
      return from == to;
    }
  }

  Range all() {
    return new Range(0, order.length);
  }

  int id(int place) {
    return order[place];
  }

  byte[] bytes(int id) {
    return bytes[id];
  }

  /** Of tokens that share {@code depth} bytes, those that go on with that byte. */
  Range narrow(Range range, int depth, byte next) {
    int value = Byte.toUnsignedInt(next);
    return new Range(first(range, depth, value), first(range, depth, value + 1));
  }

  private int first(Range range, int depth, int value) {
    int low = range.from();
    int high = range.to();
    while (low < high) {
      int middle = (low + high) >>> 1;
      byte[] token = bytes[order[middle]];
      int at = token.length == depth ? -1 : Byte.toUnsignedInt(token[depth]);
      if (at < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
