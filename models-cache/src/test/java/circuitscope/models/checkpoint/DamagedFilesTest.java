package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Whatever is done to a file, opening it gives tensors that can be read or a {@link
 * CheckpointException}: no other error, no hang, and no memory beyond what the file's size
 * explains.
 */
class DamagedFilesTest {
  /** Loading classes and formatting messages; a size taken from a hostile header asks for more. */
  private static final long FIXED_BYTES = 32L << 20;

  private static final long BYTES_PER_FILE_BYTE = 1000;

  /** Generous for a file of kilobytes on a busy machine. */
  private static final Duration NO_HANG = Duration.ofSeconds(30);

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** One way of damaging bytes, scaled to whatever length it meets. */
  private interface Damage extends Function<byte[], byte[]> {}

  @Property(tries = 400)
  void damagedSafetensorsAreReadOrRefused(@ForAll("damages") List<Damage> damages)
      throws IOException {
    check("state.safetensors", damages, SafetensorsFile::open);
  }

  @Property(tries = 400)
  void damagedTorchFilesAreReadOrRefused(@ForAll("damages") List<Damage> damages)
      throws IOException {
    check("state.bin", damages, TorchFile::open);
  }

  @Property(tries = 200)
  void damagedNumpyPicklesAreReadOrRefused(@ForAll("damages") List<Damage> damages)
      throws IOException {
    check("masks-5.pkl", damages, NumpyPickleFile::open);
    check("masks-2.pkl", damages, NumpyPickleFile::open);
  }

  @Property(tries = 200)
  void aRandomHeaderIsReadOrRefused(@ForAll("headers") String header) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.allocate(json.length + 72).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(json.length).put(json);
    check(bytes.array(), SafetensorsFile::open);
  }

  private static void check(String name, List<Damage> damages, Function<Path, TensorFile> open)
      throws IOException {
    byte[] bytes = Files.readAllBytes(Fixtures.PICKLED.resolve(name));
    for (Damage damage : damages) {
      bytes = damage.apply(bytes);
    }
    check(bytes, open);
  }

  private static void check(byte[] bytes, Function<Path, TensorFile> open) throws IOException {
    Path path = Files.createTempFile("damaged", ".file");
    try {
      Files.write(path, bytes);
      long allocated = assertTimeoutPreemptively(NO_HANG, () -> readAll(path, open));
      assertThat(allocated).isLessThan(FIXED_BYTES + BYTES_PER_FILE_BYTE * bytes.length);
    } finally {
      Files.delete(path);
    }
  }

  /** Heap bytes that this thread allocated on the way. */
  private static long readAll(Path path, Function<Path, TensorFile> open) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    try (TensorFile file = open.apply(path)) {
      for (StoredTensor tensor : file.tensors().values()) {
        assertThat(tensor.type().bytesFor(tensor.shape().elements()))
            .isLessThanOrEqualTo(Files.size(path));
        tensor.widen(0, FloatBuffer.allocate((int) tensor.shape().elements()));
        assertThat(tensor.bytes().byteSize())
            .isEqualTo(tensor.type().bytesFor(tensor.shape().elements()));
      }
    } catch (CheckpointException refused) {
      assertThat(refused).hasMessageStartingWith(path.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  @Provide
  Arbitrary<List<Damage>> damages() {
    Arbitrary<Double> place = Arbitraries.doubles().between(0, 1);
    Arbitrary<Byte> value = Arbitraries.bytes();
    Arbitrary<Damage> set =
        Combinators.combine(place, value)
            .as((where, what) -> bytes -> set(bytes, at(bytes, where), what));
    Arbitrary<Damage> flip =
        Combinators.combine(place, Arbitraries.integers().between(0, 7))
            .as(
                (where, bit) ->
                    bytes -> {
                      int at = at(bytes, where);
                      return bytes.length == 0 ? bytes : set(bytes, at, bytes[at] ^ (1 << bit));
                    });
    Arbitrary<Damage> digit =
        Combinators.combine(place, Arbitraries.chars().range('0', '9'))
            .as((where, what) -> bytes -> setDigit(bytes, at(bytes, where), what));
    Arbitrary<Damage> cut = place.map(where -> bytes -> Arrays.copyOf(bytes, at(bytes, where)));
    Arbitrary<Damage> repeat =
        Combinators.combine(place, Arbitraries.integers().between(1, 64))
            .as((where, length) -> bytes -> repeat(bytes, at(bytes, where), length));
    return Arbitraries.frequencyOf(
            Tuple.of(4, set),
            Tuple.of(4, flip),
            Tuple.of(4, digit),
            Tuple.of(1, cut),
            Tuple.of(1, repeat))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> headers() {
    Arbitrary<String> number =
        Arbitraries.of("0", "1", "2", "4", "8", "64", "-1", "1e3", "9223372036854775807", "null");
    Arbitrary<String> dtype =
        Arbitraries.of("F32", "F64", "BF16", "I64", "BOOL", "F8_E5M2", "Q8_0", "");
    Arbitrary<String> shape = number.list().ofMaxSize(3).map(dims -> String.join(",", dims));
    return Combinators.combine(dtype, shape, number, number, Arbitraries.of("a", "b", "c"))
        .as(
            (type, dims, begin, end, name) ->
                "\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s,%s]}"
                    .formatted(name, type, dims, begin, end))
        .list()
        .ofMaxSize(3)
        .map(entries -> "{" + String.join(",", entries) + "}");
  }

  private static int at(byte[] bytes, double where) {
    return Math.max(0, Math.min(bytes.length - 1, (int) (where * bytes.length)));
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    byte[] damaged = bytes.clone();
    if (damaged.length > 0) {
      damaged[at] = (byte) value;
    }
    return damaged;
  }

  /** Changes the next digit, which keeps JSON and most pickles well-formed. */
  private static byte[] setDigit(byte[] bytes, int from, char digit) {
    for (int at = from; at < bytes.length; at++) {
      if (bytes[at] >= '0' && bytes[at] <= '9') {
        return set(bytes, at, digit);
      }
    }
    return bytes;
  }

  private static byte[] repeat(byte[] bytes, int from, int length) {
    int copied = Math.min(length, bytes.length - from);
    byte[] damaged = Arrays.copyOf(bytes, bytes.length + copied);
    System.arraycopy(bytes, from, damaged, from + copied, bytes.length - from);
    return damaged;
  }
}
