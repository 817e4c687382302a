package circuitscope.models.checkpoint.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes GGUF bytes one field at a time, right or wrong. */
final class GgufBytes {
  static final int UINT32 = 4;
  static final int STRING = 8;
  static final int ARRAY = 9;
  static final int UINT64 = 10;

  private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  static GgufBytes header(int version, long tensors, long values) {
    return new GgufBytes().i32(0x46554747).i32(version).i64(tensors).i64(values);
  }

  GgufBytes i32(int value) {
    bytes.putInt(value);
    return this;
  }

  GgufBytes i64(long value) {
    bytes.putLong(value);
    return this;
  }

  GgufBytes text(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    bytes.putLong(utf8.length).put(utf8);
    return this;
  }

  GgufBytes text(String key, String value) {
    return text(key).i32(STRING).text(value);
  }

  GgufBytes uint32(String key, int value) {
    return text(key).i32(UINT32).i32(value);
  }

  /** A tensor's description, dimensions innermost first. */
  GgufBytes tensor(String name, int type, long offset, long... dims) {
    text(name).i32(dims.length);
    for (long dim : dims) {
      i64(dim);
    }
    return i32(type).i64(offset);
  }

  /** Zeros up to the alignment, then {@code count} bytes of data. */
  GgufBytes data(int alignment, int count) {
    bytes.position(Math.ceilDiv(bytes.position(), alignment) * alignment);
    bytes.put(new byte[count]);
    return this;
  }

  Path write(Path directory) {
    try {
      Path file = directory.resolve("test.gguf");
      byte[] written = new byte[bytes.position()];
      bytes.get(0, written);
      return Files.write(file, written);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
