package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The garbage collector does not see native memory, so every array has an owner that closes it.
 *
 * <p>Measured in a process of its own whose Java heap is small, whole and touched from the start,
 * so that what grows is native.
 */
final class NativeMemoryTest {
  /**
   * Least growth of the process over 1,000 runs, of three times 1,000. One leaked array of 8 KB a
   * run would be 8 MB; the compiler and the allocator wander by a few.
   */
  private static final long ALLOWED_GROWTH_BYTES = 8L << 20;

  @ParameterizedTest
  @ValueSource(strings = {"instrumented runs", "gradient steps", "evictions"})
  void aThousandHoldNativeMemoryFlat(String work) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                NativeMemoryRuns.class.getName(),
                work)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
    String growth = output.substring(output.lastIndexOf(' ') + 1);
    assertThat(Long.parseLong(growth)).as("bytes grown").isLessThan(ALLOWED_GROWTH_BYTES);
  }
}
