package circuitscope.probes.model;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Asks the system to back large native memory by pages of 2 MiB. Fresh memory is handed out, and
 * zeroed, a page at a time when it is first written; with pages of 4 KiB that costs more than
 * widening the weights that are written there.
 */
final class HugePages {
  private static final long PAGE = 2L << 20;

  /** Linux's MADV_HUGEPAGE. */
  private static final int HUGE = 14;

  private static final Optional<MethodHandle> MADVISE = madvise();

  private HugePages() {}

  private static Optional<MethodHandle> madvise() {
    Linker linker = Linker.nativeLinker();
    return "Linux".equals(System.getProperty("os.name"))
        ? linker
            .defaultLookup()
            .find("madvise")
            .map(
                address ->
                    linker.downcallHandle(
                        address,
                        FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT)))
        : Optional.empty();
  }

  /**
   * Advises the whole pages inside {@code memory}, which is direct. A system that refuses goes on
   * with small pages.
   */
  static void advise(ByteBuffer memory) {
    MemorySegment segment = MemorySegment.ofBuffer(memory);
    long skipped = -segment.address() & (PAGE - 1);
    long length = (segment.byteSize() - skipped) / PAGE * PAGE;
    if (MADVISE.isEmpty() || length <= 0) {
      return;
    }
    try {
      int ignored = (int) MADVISE.get().invokeExact(segment.asSlice(skipped), length, HUGE);
    } catch (Throwable e) {
      throw new IllegalStateException("madvise cannot be called", e);
    }
  }
}
