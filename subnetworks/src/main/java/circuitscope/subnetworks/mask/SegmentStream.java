package circuitscope.subnetworks.mask;

import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A stretch of memory read from its start. */
final class SegmentStream extends InputStream {
  private final MemorySegment memory;
  private long position;

  SegmentStream(MemorySegment memory) {
    this.memory = memory;
  }

  @Override
  public int read() {
    return position == memory.byteSize()
        ? -1
        : Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, position++));
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length > 0 && position == memory.byteSize()) {
      return -1;
    }
    int count = (int) Math.min(length, memory.byteSize() - position);
    MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, position, into, offset, count);
    position += count;
    return count;
  }
}
