package circuitscope.models.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;

/**
 * A tensor that is to be written, whose bytes are made when its turn comes.
 *
 * @param type a plain number type
 */
public record TensorSource(String name, StoredType type, TensorShape shape, Content content) {
  private static final int SLICE_BYTES = 1 << 20;

  /** Writes exactly the tensor's bytes, row-major and little-endian. */
  @FunctionalInterface
  public interface Content {
    void writeTo(WritableByteChannel channel) throws IOException;
  }

  public TensorSource {
    if (type.isBlocked()) {
      throw new IllegalArgumentException(
          "tensor '%s': %s is GGUF's and cannot stand in a safetensors file".formatted(name, type));
    }
  }

  /** FP32 values, row-major. */
  public static TensorSource of(String name, TensorShape shape, float[] values) {
    return new TensorSource(
        name,
        StoredType.F32,
        shape,
        channel -> {
          ByteBuffer slice = slice();
          for (int from = 0; from < values.length; from += SLICE_BYTES / Float.BYTES) {
            int length = Math.min(SLICE_BYTES / Float.BYTES, values.length - from);
            slice.clear().limit(length * Float.BYTES);
            slice.asFloatBuffer().put(values, from, length);
            channel.write(slice);
          }
        });
  }

  /** Integers, row-major, as I64. */
  public static TensorSource of(String name, TensorShape shape, long[] values) {
    return new TensorSource(
        name,
        StoredType.I64,
        shape,
        channel -> {
          ByteBuffer slice = slice();
          for (int from = 0; from < values.length; from += SLICE_BYTES / Long.BYTES) {
            int length = Math.min(SLICE_BYTES / Long.BYTES, values.length - from);
            slice.clear().limit(length * Long.BYTES);
            slice.asLongBuffer().put(values, from, length);
            channel.write(slice);
          }
        });
  }

  /** Bytes that are already as they are stored, of any length. */
  public static TensorSource of(
      String name, StoredType type, TensorShape shape, MemorySegment bytes) {
    return new TensorSource(
        name,
        type,
        shape,
        channel -> {
          for (long from = 0; from < bytes.byteSize(); from += SLICE_BYTES) {
            long length = Math.min(SLICE_BYTES, bytes.byteSize() - from);
            channel.write(bytes.asSlice(from, length).asByteBuffer());
          }
        });
  }

  /** A tensor of another file, as it is. */
  public static TensorSource of(StoredTensor tensor) {
    return of(tensor.name(), tensor.type(), tensor.shape(), tensor.bytes());
  }

  long byteSize() {
    return type.bytesFor(shape.elements());
  }

  void writeTo(WritableByteChannel channel) throws IOException {
    content.writeTo(channel);
  }

  private static ByteBuffer slice() {
    return ByteBuffer.allocateDirect(SLICE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }
}
