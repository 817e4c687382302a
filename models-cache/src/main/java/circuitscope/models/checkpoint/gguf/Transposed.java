package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;
import java.util.Objects;
import java.util.stream.LongStream;

/**
 * A matrix with its axes exchanged. Hugging Face's GPT-2 keeps its weights as {@code [in, out]}, a
 * GGUF file as {@code [out, in]}.
 *
 * @param stored {@code [out, in]}
 */
record Transposed(String name, StoredTensor stored) implements StoredTensor {
  /** Stored rows that one task widens together, so that it writes runs and not single elements. */
  private static final int TILE = 32;

  @Override
  public StoredType type() {
    return stored.type();
  }

  /** {@code [in, out]}. */
  @Override
  public TensorShape shape() {
    return new TensorShape(stored.shape().dim(1), stored.shape().dim(0));
  }

  /** The bytes as stored, {@code [out, in]}. */
  @Override
  public MemorySegment bytes() {
    return stored.bytes();
  }

  @Override
  public void widen(long from, FloatBuffer into) {
    Objects.checkFromIndexSize(from, into.remaining(), shape().elements());
    if (!into.hasRemaining()) {
      return;
    }
    long ins = stored.shape().dim(1);
    long outs = stored.shape().dim(0);
    long end = from + into.remaining();
    long firstIn = from / outs;
    int width = Math.toIntExact(Math.ceilDiv(end, outs) - firstIn);
    int base = into.position();
    LongStream tiles = LongStream.range(0, Math.ceilDiv(outs, TILE));
    (into.remaining() > 1 << 16 ? tiles.parallel() : tiles)
        .forEach(
            tile -> {
              long firstOut = tile * TILE;
              int rows = (int) Math.min(TILE, outs - firstOut);
              float[] values = new float[rows * width]; // [out, in]
              for (int row = 0; row < rows; row++) {
                stored.widen(
                    (firstOut + row) * ins + firstIn, FloatBuffer.wrap(values, row * width, width));
              }
              for (int in = 0; in < width; in++) {
                long run = (firstIn + in) * outs + firstOut; // element of the transposed matrix
                for (int row = 0; row < rows; row++) {
                  if (run + row >= from && run + row < end) {
                    into.put((int) (base + run + row - from), values[row * width + in]);
                  }
                }
              }
            });
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type(), shape());
  }
}
