package circuitscope.models.checkpoint;

/**
 * How the elements of a tensor are stored: plain numbers, or GGUF's blocks in which several
 * elements share a scale.
 */
public enum StoredType {
  F64(1, 8),
  F32(1, 4),
  F16(1, 2),
  BF16(1, 2),
  I64(1, 8),
  I32(1, 4),
  I16(1, 2),
  I8(1, 1),
  U8(1, 1),
  BOOL(1, 1),
  Q8_0(32, 34),
  Q4_0(32, 18),
  Q4_1(32, 20),
  Q5_0(32, 22),
  Q5_1(32, 24),
  Q4_K(256, 144),
  Q5_K(256, 176),
  Q6_K(256, 210);

  private final int blockElements;
  private final int blockBytes;

  StoredType(int blockElements, int blockBytes) {
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** Elements stored together; 1 for plain numbers. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block; the element size for plain numbers. */
  public int blockBytes() {
    return blockBytes;
  }

  public boolean isFloating() {
    return this == F64 || this == F32 || this == F16 || this == BF16;
  }

  /** Integers and booleans. */
  public boolean isIntegral() {
    return switch (this) {
      case I64, I32, I16, I8, U8, BOOL -> true;
      default -> false;
    };
  }

  public boolean isBlocked() {
    return blockElements > 1;
  }

  /**
   * Bytes that {@code elements} elements take.
   *
   * @throws ArithmeticException if the elements do not fill whole blocks, or on overflow
   */
  public long bytesFor(long elements) {
    if (elements % blockElements != 0) {
      throw new ArithmeticException(
          "%d elements do not fill whole blocks of %d".formatted(elements, blockElements));
    }
    return Math.multiplyExact(elements / blockElements, (long) blockBytes);
  }
}
