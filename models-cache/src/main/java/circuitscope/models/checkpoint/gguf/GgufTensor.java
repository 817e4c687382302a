package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import java.lang.foreign.MemorySegment;
import java.nio.FloatBuffer;

/** A tensor in the blocks of a GGUF file, rows in the order of the file. */
record GgufTensor(String name, StoredType type, TensorShape shape, MemorySegment bytes)
    implements StoredTensor {

  GgufTensor {
    bytes = bytes.asReadOnly();
  }

  @Override
  public void widen(long from, FloatBuffer into) {
    GgufBlocks.widen(type, bytes, from, into);
  }

  @Override
  public String toString() {
    return "%s %s %s".formatted(name, type, shape);
  }
}
