package circuitscope.probes.seed.bytes;

import java.util.List;

/** Entropy of the bytes of texts, whatever their order. */
public final class ByteEntropy {
  private ByteEntropy() {}

  /** Bits a byte of the texts' own unigram distribution. */
  public static double bits(List<byte[]> texts) {
    double bits = 0;
    for (double p : shares(texts)) {
      bits -= p == 0 ? 0 : p * Math.log(p) / Math.log(2);
    }
    return bits;
  }

  /** {@code [byte]} share of each byte. */
  public static double[] shares(List<byte[]> texts) {
    double[] shares = new double[256];
    long total = texts.stream().mapToLong(text -> text.length).sum();
    for (byte[] text : texts) {
      for (byte one : text) {
        shares[Byte.toUnsignedInt(one)] += 1.0 / total;
      }
    }
    return shares;
  }
}
