package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.StoredTensor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/** Damaged files: refused with a reason or read, never a crash or a great allocation. */
class GgufFuzzTest {
  /** Far above what a header of 100 KB costs, far below what a hostile length asks for. */
  private static final long MOST_ALLOCATED = 64 << 20;

  private static @Nullable Path scratch;

  @BeforeContainer
  static void makeScratch() throws IOException {
    scratch = Files.createTempFile("fuzz", ".gguf");
  }

  @AfterContainer
  static void removeScratch() throws IOException {
    Files.deleteIfExists(scratch());
  }

  @Property(tries = 600)
  void changedBytesOfAModelAreRefusedOrRead(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = Files.readAllBytes(Golden.file("llama.gguf"));
    for (int i = 0; i < changes; i++) {
      bytes[random.nextInt(2600)] = (byte) random.nextInt(256); // the header
    }
    opensOrRefuses(bytes);
  }

  @Property(tries = 300)
  void aLengthReplacedByALargeNumberIsRefusedOrRead(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    byte[] bytes = Files.readAllBytes(Golden.file("tokenizer-smollm.gguf"));
    int at = 8 + random.nextInt(1000);
    for (int i = 0; i < 8; i++) {
      bytes[at + i] = (byte) random.nextInt(256);
    }
    opensOrRefuses(bytes);
  }

  @Property(tries = 300)
  void arbitraryBytesAfterAHeaderAreRefused(@ForAll byte[] tail) throws IOException {
    byte[] start = {'G', 'G', 'U', 'F', 3, 0, 0, 0};
    byte[] bytes = new byte[start.length + tail.length];
    System.arraycopy(start, 0, bytes, 0, start.length);
    System.arraycopy(tail, 0, bytes, start.length, tail.length);
    opensOrRefuses(bytes);
  }

  private static void opensOrRefuses(byte[] bytes) throws IOException {
    Files.write(scratch(), bytes);
    long before = allocated();
    try (GgufCheckpoint checkpoint = GgufCheckpoint.open(scratch())) {
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        long elements = tensor.shape().elements();
        assertThat(elements).isLessThanOrEqualTo(8L * bytes.length);
        tensor.widen(0, FloatBuffer.allocate((int) elements));
      }
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageStartingWith(scratch().toString());
    }
    assertThat(allocated() - before).isLessThan(MOST_ALLOCATED);
  }

  private static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }

  private static Path scratch() {
    if (scratch == null) {
      throw new IllegalStateException("no scratch file");
    }
    return scratch;
  }
}
