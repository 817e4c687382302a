package circuitscope.app.session;

import circuitscope.models.cache.CacheLocations;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Versions;
import circuitscope.probes.model.ComputeDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks at the machine: what was found, what is missing, and how to mend it. */
public final class Doctor {
  public enum Status {
    OK,
    NOTE,
    MISSING
  }

  /**
   * One thing that was looked at.
   *
   * @param remedy what to do, empty when nothing needs doing
   */
  public record Check(String name, Status status, String found, String remedy) {}

  public record Report(Versions versions, List<Check> checks) {
    public boolean healthy() {
      return checks.stream().noneMatch(check -> check.status() == Status.MISSING);
    }
  }

  private static final long UNPACKED_LIBTORCH_BYTES = 450_000_000L;

  private final Map<String, String> environment;
  private final Path workingFolder;
  private final Progress progress;

  /**
   * A doctor of this machine.
   *
   * @param progress told of the unpacking of libtorch, at its first use
   */
  public Doctor(Map<String, String> environment, Path workingFolder, Progress progress) {
    this.environment = environment;
    this.workingFolder = workingFolder;
    this.progress = progress;
  }

  public Report examine() {
    List<Check> checks = new ArrayList<>();
    checks.add(machine());
    checks.add(memory());
    checks.add(jdk());
    Check libtorch = libtorch();
    checks.add(libtorch);
    if (libtorch.status() == Status.OK) {
      checks.add(engine());
    }
    checks.add(gpu());
    checks.add(tf32());
    checks.add(folder("engine cache", Libtorch.engineCache(environment), UNPACKED_LIBTORCH_BYTES));
    CacheLocations caches = CacheLocations.ofUser();
    checks.add(folder("Hugging Face cache", caches.hub(), 0));
    checks.add(folder("digests, embedded", caches.product(), 0));
    checks.add(folder("working folder", workingFolder, 0));
    return new Report(Versions.current(), checks);
  }

  private static Check machine() {
    return new Check(
        "machine",
        Status.OK,
        "%s, %d cores"
            .formatted(
                Versions.current().operatingSystem(), Runtime.getRuntime().availableProcessors()),
        "");
  }

  private static Check memory() {
    var system =
        ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
    String found =
        "%s, of which %s free; Java may use %s"
            .formatted(
                bytes(system.getTotalMemorySize()),
                bytes(system.getFreeMemorySize()),
                bytes(Runtime.getRuntime().maxMemory()));
    return new Check("memory", Status.OK, found, "");
  }

  private static Check jdk() {
    String found = Runtime.version() + " in " + System.getProperty("java.home");
    return Runtime.version().feature() >= 25
        ? new Check("JDK", Status.OK, found, "")
        : new Check("JDK", Status.MISSING, found, "install a JDK 25 and set JAVA25_HOME to it");
  }

  private Check libtorch() {
    try {
      Libtorch libtorch = Libtorch.find(environment);
      return switch (libtorch) {
        case Libtorch.Own own -> {
          own.prepare(environment, progress);
          yield new Check(
              "libtorch",
              Status.OK,
              "%s, %s build, in %s"
                  .formatted(
                      own.version() == null
                          ? Libtorch.REQUIRED_VERSION + " by PYTORCH_VERSION's word"
                          : own.version(),
                      own.cuda() ? "CUDA" : "CPU",
                      own.folder()),
              "");
        }
        case Libtorch.Bundled bundled -> {
          if (!bundled.unpacked()) {
            bundled.prepare(environment, progress.step("unpacking libtorch (once)", 1));
          }
          yield new Check(
              "libtorch",
              Status.OK,
              "%s, the CPU build that ships with Circuitscope, unpacked in %s"
                  .formatted(Libtorch.REQUIRED_VERSION, bundled.folder()),
              "");
        }
      };
    } catch (SetupException e) {
      return new Check("libtorch", Status.MISSING, String.valueOf(e.getMessage()), "");
    }
  }

  /** Starts the engine and lets each device compute. */
  private static Check engine() {
    List<String> working = new ArrayList<>();
    try {
      for (ComputeDevice device : ComputeDevice.all()) {
        device.tryOut();
        working.add(device.toString());
      }
      return new Check("engine", Status.OK, "computes on " + String.join(", ", working), "");
    } catch (RuntimeException | LinkageError e) {
      return working.isEmpty()
          ? new Check(
              "engine",
              Status.MISSING,
              "does not start: " + e,
              "delete the engine cache, which is unpacked again; a libtorch of one's own must be"
                  + " the whole build for this system")
          : new Check(
              "engine",
              Status.MISSING,
              "computes on %s, and then failed: %s".formatted(String.join(", ", working), e),
              "use --device cpu, or a driver and a libtorch that fit the GPU");
    }
  }

  private Check gpu() {
    String listed = nvidiaSmi();
    if (listed.isEmpty()) {
      return new Check(
          "GPU",
          Status.NOTE,
          "none found (nvidia-smi is missing or lists none); --device cpu is what there is",
          "");
    }
    boolean usable =
        !environment.getOrDefault("PYTORCH_LIBRARY_PATH", "").isEmpty()
            && Files.isRegularFile(
                Path.of(environment.get("PYTORCH_LIBRARY_PATH"), "libtorch_cuda.so"));
    return usable
        ? new Check("GPU", Status.OK, listed, "")
        : new Check(
            "GPU",
            Status.NOTE,
            listed + ", but the libtorch in use is a CPU build",
            "pip install torch==%s, then set PYTORCH_LIBRARY_PATH to its site-packages/torch/lib"
                .formatted(Libtorch.REQUIRED_VERSION));
  }

  private Check tf32() {
    boolean on = "1".equals(environment.get("TORCH_ALLOW_TF32_CUBLAS_OVERRIDE"));
    return new Check(
        "TF32",
        Status.NOTE,
        on ? "on in this process" : "off in this process; --dtype tf32 starts one that has it",
        "");
  }

  private static Check folder(String name, Path folder, long neededBytes) {
    Path existing = folder.toAbsolutePath();
    while (!Files.isDirectory(existing)) {
      existing = existing.resolveSibling("").normalize();
    }
    try {
      FileStore store = Files.getFileStore(existing);
      long free = store.getUsableSpace();
      String found = "%s, %s free".formatted(folder, bytes(free));
      if (!Files.isWritable(existing)) {
        return new Check(
            name,
            Status.MISSING,
            found + ", cannot be written",
            "make it writable or choose another");
      }
      boolean already = neededBytes > 0 && Files.isDirectory(folder);
      return free < neededBytes && !already
          ? new Check(name, Status.MISSING, found, "free " + bytes(neededBytes))
          : new Check(name, Status.OK, found, "");
    } catch (IOException e) {
      return new Check(name, Status.MISSING, folder + ": " + e, "choose another folder");
    }
  }

  private static String nvidiaSmi() {
    try {
      Process process =
          new ProcessBuilder(
                  "nvidia-smi",
                  "--query-gpu=name,memory.total,driver_version",
                  "--format=csv,noheader")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      boolean ended = process.waitFor(10, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? output.strip().replace("\n", "; ") : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }

  /** Bytes for people: "448 MB", "23.4 GB". */
  public static String bytes(long bytes) {
    if (bytes < 10_000) {
      return bytes + " bytes";
    }
    if (bytes < 10_000_000_000L) {
      return "%d MB".formatted(Math.max(1, bytes / 1_000_000));
    }
    return "%.1f GB".formatted(bytes / 1e9);
  }
}
