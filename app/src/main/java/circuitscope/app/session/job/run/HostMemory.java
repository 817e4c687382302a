package circuitscope.app.session.job.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The most memory that this process has held, native memory included, as Linux counts it. */
final class HostMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path RESET = Path.of("/proc/self/clear_refs");

  private HostMemory() {}

  /** Starts the count afresh, where the system lets one. */
  static void resetPeak() {
    try {
      if (Files.isWritable(RESET)) {
        Files.writeString(RESET, "5"); // resets VmHWM, see proc(5)
      }
    } catch (IOException e) {
      return; // the peak since the process began stands in: an upper bound
    }
  }

  /** The largest resident set since then; null where the system does not say. */
  static @Nullable Long peakBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      return null;
    }
    return null;
  }
}
