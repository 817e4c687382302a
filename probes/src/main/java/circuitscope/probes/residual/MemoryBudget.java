package circuitscope.probes.residual;

import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import java.util.List;
import java.util.Locale;

/**
 * Bytes beside the weights, estimated before the work starts.
 *
 * @param bytes what this work needs at its peak
 * @param cachingEverythingBytes what a run needs that keeps every site, but for the heads' results,
 *     as a cache of TransformerLens does
 * @param share the one of the other
 */
public record MemoryBudget(long bytes, long cachingEverythingBytes, double share) {

  /**
   * A budget, held against what the device has.
   *
   * @param purpose what needs it, for the refusal
   * @throws circuitscope.probes.model.InsufficientMemoryException when the device has less free
   */
  public static MemoryBudget checked(
      String purpose, long bytes, Model model, int batch, int positions) {
    new MemoryEstimate(purpose, bytes, "read fewer tokens at once").check(model.device());
    List<Site> everything =
        Sites.of(model.spec()).stream().filter(site -> site.kind() != SiteKind.RESULT).toList();
    long all =
        MemoryEstimate.run(model.spec(), model.precision(), batch, positions, everything).bytes();
    return new MemoryBudget(bytes, all, (double) bytes / all);
  }

  /** As in "budget 351 MiB, 8 % of caching everything". */
  public String describe() {
    return String.format(
        Locale.ROOT,
        "budget %s, %.0f %% of caching everything",
        MemoryEstimate.gibibytes(bytes),
        100 * share);
  }
}
