package circuitscope.probes.seed.windows;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ByteScores;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A text and what its bytes cost.
 *
 * @param fresh bits of bytes when everything before the first is forgotten
 * @param whole {@code [byte]} bits with all of the text before it known
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Piece(byte[] text, EqualInfo.Source fresh, double[] whole) {

  static Piece of(ByteScan scan, byte[] text) {
    EqualInfo.Source fresh =
        (from, count) -> {
          byte[] part = Arrays.copyOfRange(text, from, from + count);
          ByteScores scores = scan.scan(part, false, Progress.silent());
          return IntStream.range(0, count).mapToDouble(scores::bits).toArray();
        };
    return new Piece(text, fresh, fresh.bits(0, text.length));
  }

  List<EqualInfo.Window> cut(double room) {
    return EqualInfo.cut(fresh, text.length, room);
  }

  /** The same text under a distribution of single bytes. */
  Piece unigram(double[] shares) {
    double[] bits = new double[text.length];
    Arrays.setAll(bits, n -> -Math.log(shares[Byte.toUnsignedInt(text[n])]) / Math.log(2));
    return new Piece(text, (from, count) -> Arrays.copyOfRange(bits, from, from + count), bits);
  }
}
