package circuitscope.probes.model;

import ai.djl.util.cuda.CudaUtils;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.family.Families;
import circuitscope.probes.model.family.Family;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bytes that a piece of work needs, said before it starts.
 *
 * @param purpose what needs them, for the refusal
 * @param bytes estimated peak
 * @param remedy how to need less
 */
public record MemoryEstimate(String purpose, long bytes, String remedy) {
  private static final Logger LOG = LoggerFactory.getLogger(MemoryEstimate.class);
  private static final Path MEMINFO = Path.of("/proc/meminfo");

  /** Weights on a device, of a model that is not open. */
  public static MemoryEstimate weights(HfConfig config, Precision precision) {
    Family family = Families.of(config);
    boolean tied = config.boolOr(family.tiedByDefault(), "tie_word_embeddings");
    return weights(family.spec(config), family.tensors(config), tied, precision);
  }

  /** Weights on the device. */
  static MemoryEstimate weights(
      DecoderSpec spec, TensorMap map, boolean tied, Precision precision) {
    long values = 0;
    for (Slot slot : map.names().keySet()) {
      if (slot == Slot.UNEMBED && tied) {
        continue;
      }
      long count = 1;
      for (long dim : slot.shape(spec)) {
        count *= dim;
      }
      values += slot.ofLayer() ? count * spec.layers() : count;
    }
    return new MemoryEstimate(
        "the weights (%,d parameters)".formatted(values),
        values * precision.bytes(),
        "use a smaller model, another device, or --dtype fp16 on a GPU");
  }

  /**
   * One run beside the weights: what is recorded, and the largest that is alive at once.
   *
   * @param recordedValues how many values the recorded sites keep together
   * @param logits whether logits are computed for all positions
   */
  public static MemoryEstimate run(
      DecoderSpec spec,
      Precision precision,
      int batch,
      int positions,
      long recordedValues,
      boolean logits) {
    long rows = (long) batch * positions;
    long stream = 6L * rows * spec.dModel();
    long scores = 3L * elements(SiteKind.PATTERN, spec, batch, positions);
    long qkv = 3L * rows * spec.attention().projectionRows();
    long mlp = 5L * rows * spec.mlp().dMlp();
    long out = logits ? 2 * rows * spec.vocab() : 0;
    long alive = stream + Math.max(Math.max(scores + qkv, mlp), out);
    return new MemoryEstimate(
        "a run of %d × %d tokens that keeps %,d values".formatted(batch, positions, recordedValues),
        (recordedValues + alive) * precision.bytes(),
        "lower the batch or the context, or record fewer sites, heads or positions");
  }

  /** As above, for a run that keeps the whole value of each of those sites. */
  public static MemoryEstimate run(
      DecoderSpec spec, Precision precision, int batch, int positions, Collection<Site> recorded) {
    long kept = 0;
    for (Site site : recorded) {
      kept += elements(site.kind(), spec, batch, positions);
    }
    boolean logits = recorded.contains(Site.of(SiteKind.LOGITS));
    return run(spec, precision, batch, positions, kept, logits);
  }

  private static long elements(SiteKind kind, DecoderSpec spec, int batch, int positions) {
    long product = 1;
    for (long length : kind.shape(spec, batch, positions, positions)) {
      product *= length;
    }
    return product;
  }

  /**
   * Refuses before anything is allocated.
   *
   * @throws InsufficientMemoryException when the device has less free than this
   */
  public void check(ComputeDevice device) {
    long free = freeBytes(device);
    if (bytes > free) {
      throw new InsufficientMemoryException(
          "%s would need %s on %s, which has %s free; %s"
              .formatted(purpose, gibibytes(bytes), device, gibibytes(free), remedy));
    }
  }

  /** Memory that new arrays can take on the device now. */
  public static long freeBytes(ComputeDevice device) {
    if (device.gpu()) {
      return freeOnGpu(device);
    }
    try {
      for (String line : Files.readAllLines(MEMINFO)) {
        if (line.startsWith("MemAvailable:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
      }
    } catch (IOException e) {
      // Not Linux: the physical memory that the runtime reports stands in.
      return physicalMemory();
    }
    return physicalMemory();
  }

  /** Unknown, and so unlimited, where the CUDA runtime cannot be asked. */
  private static long freeOnGpu(ComputeDevice device) {
    try {
      MemoryUsage usage = CudaUtils.getGpuMemory(device.device());
      return usage.getMax() - usage.getCommitted();
    } catch (IllegalArgumentException | IllegalStateException | LinkageError e) {
      LOG.warn("the CUDA runtime does not say how much memory {} has free", device, e);
      return Long.MAX_VALUE;
    }
  }

  private static long physicalMemory() {
    var system = java.lang.management.ManagementFactory.getOperatingSystemMXBean();
    return system instanceof com.sun.management.OperatingSystemMXBean memory
        ? memory.getFreeMemorySize()
        : Long.MAX_VALUE;
  }

  /** As in "1.5 GiB". */
  public static String gibibytes(long bytes) {
    double gibibytes = bytes / (double) (1L << 30);
    return gibibytes < 0.1
        ? String.format(Locale.ROOT, "%.0f MiB", bytes / (double) (1L << 20))
        : String.format(Locale.ROOT, "%.1f GiB", gibibytes);
  }
}
