package circuitscope.probes.seed.windows;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ByteScores;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.trace.Taps;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A text as units of information.
 *
 * @param places {@code [unit]} where each unit begins, and the end of the text
 * @param model bits of units read afresh
 * @param whole {@code [unit]} bits with all of the text before it known
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record Pieces(byte[] text, int[] places, EqualInfo.Source model, double[] whole)
    implements EqualInfo.Source {

  static Pieces ofBytes(ByteScan scan, byte[] text) {
    int[] places = IntStream.rangeClosed(0, text.length).toArray();
    EqualInfo.Source source =
        source(
            text.length,
            (from, count) -> {
              byte[] part = Arrays.copyOfRange(text, from, from + count);
              ByteScores scores = scan.scan(part, false, Progress.silent());
              return IntStream.range(0, count).mapToDouble(scores::bits).toArray();
            });
    return new Pieces(text, places, source, source.bits(0, text.length));
  }

  static Pieces ofTokens(Subject subject, byte[] text) {
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    int start = new ModelTokens(subject).start();
    int[] ids = tokenizer.encode(new String(text, StandardCharsets.UTF_8));
    int[] places = new int[ids.length + 1];
    for (int i = 0; i < ids.length; i++) {
      places[i + 1] = places[i] + tokenizer.bytes(ids[i]).length;
    }
    EqualInfo.Source source =
        source(
            ids.length,
            (from, count) -> {
              int[] row = new int[count + 1];
              row[0] = start;
              System.arraycopy(ids, from, row, 1, count);
              float[] nats = subject.model().tokenLosses(TokenBatch.of(row), Taps.NONE)[0];
              return IntStream.range(0, count).mapToDouble(i -> nats[i] / Math.log(2)).toArray();
            });
    return new Pieces(text, places, source, source.bits(0, ids.length));
  }

  private interface Bits {
    double[] of(int from, int count);
  }

  private static EqualInfo.Source source(int units, Bits bits) {
    return new EqualInfo.Source() {
      @Override
      public int units() {
        return units;
      }

      @Override
      public double[] bits(int from, int count) {
        return bits.of(from, count);
      }
    };
  }

  /** The same units under a distribution of single bytes. */
  Pieces unigram(double[] shares) {
    double[] bits = new double[units()];
    for (int unit = 0; unit < bits.length; unit++) {
      for (int at = places[unit]; at < places[unit + 1]; at++) {
        bits[unit] -= Math.log(shares[Byte.toUnsignedInt(text[at])]) / Math.log(2);
      }
    }
    EqualInfo.Source source =
        source(bits.length, (from, count) -> Arrays.copyOfRange(bits, from, from + count));
    return new Pieces(text, places, source, bits);
  }

  int place(int unit) {
    return places[unit];
  }

  @Override
  public int units() {
    return places.length - 1;
  }

  @Override
  public double[] bits(int from, int count) {
    return model.bits(from, count);
  }
}
