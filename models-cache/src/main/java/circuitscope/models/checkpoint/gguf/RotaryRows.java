package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * A query or key projection of the llama architecture, rows put back in Hugging Face's order.
 *
 * <p>llama.cpp rotates neighbouring pairs of a head's dimensions, Hugging Face dimension i with
 * dimension i + dHead/2. So in the file row 2i + s of a head is Hugging Face's row s·dHead/2 + i.
 *
 * @param stored {@code [heads · dHead, dModel]} or a bias {@code [heads · dHead]}, as in the file
 * @param dHead even
 */
record RotaryRows(String name, StoredTensor stored, int dHead) implements StoredTensor {

  @Override
  public StoredType type() {
    return stored.type();
  }

  @Override
  public TensorShape shape() {
    return stored.shape();
  }

  @Override
  public MemorySegment bytes() {
    return stored.bytes();
  }

  @Override
  public void widen(long from, FloatBuffer into) {
    Objects.checkFromIndexSize(from, into.remaining(), shape().elements());
    long width = shape().rank() == 1 ? 1 : shape().dim(1);
    long end = from + into.remaining();
    int base = into.position();
    LongStream rows = LongStream.range(from / width, Math.ceilDiv(end, width));
    (into.remaining() > 1 << 16 ? rows.parallel() : rows)
        .forEach(
            row -> {
              long start = Math.max(from, row * width);
              long stop = Math.min(end, (row + 1) * width);
              int at = (int) (base + start - from);
              FloatBuffer part = into.duplicate().position(at).limit(at + (int) (stop - start));
              stored.widen(fileRow(row) * width + start - row * width, part);
            });
  }

  private long fileRow(long row) {
    long half = dHead / 2;
    long within = row % dHead;
    return row - within + 2 * (within % half) + within / half;
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type(), shape());
  }
}
