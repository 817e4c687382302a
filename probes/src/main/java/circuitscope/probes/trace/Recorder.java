package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps what stands at chosen sites. Select first: only the heads and positions asked for are kept.
 */
public final class Recorder {
  private final DecoderSpec spec;
  private final Map<Site, Selection> wanted;

  private Recorder(DecoderSpec spec, Map<Site, Selection> wanted) {
    this.spec = spec;
    this.wanted = wanted;
  }

  /**
   * Records the whole value of each site.
   *
   * @throws UnknownSiteException for a site that the model does not have
   */
  public static Recorder of(DecoderSpec spec, Collection<Site> sites) {
    Map<Site, Selection> wanted = new LinkedHashMap<>();
    sites.forEach(site -> wanted.put(site, Selection.ALL));
    return of(spec, wanted);
  }

  /**
   * Records a part of each site.
   *
   * @throws UnknownSiteException for a site or head that the model does not have
   */
  public static Recorder of(DecoderSpec spec, Map<Site, Selection> wanted) {
    wanted.forEach((site, selection) -> selection.check(Sites.checked(site, spec), spec));
    return new Recorder(spec, new LinkedHashMap<>(wanted));
  }

  public Set<Site> sites() {
    return Set.copyOf(wanted.keySet());
  }

  /** Runs the model and returns what was recorded; the caller closes the trace. */
  public Trace record(Model model, TokenBatch tokens) {
    return record(model, tokens, Taps.NONE);
  }

  /**
   * Runs the model under other taps (interventions), recording what they leave.
   *
   * @param before taps that meet each value before it is recorded
   * @throws circuitscope.probes.model.InsufficientMemoryException before anything is computed, when
   *     the device has less free than {@link #estimate}
   */
  public Trace record(Model model, TokenBatch tokens, Taps before) {
    if (!model.spec().equals(spec)) {
      throw new IllegalArgumentException("this recorder was made for another model");
    }
    estimate(model.precision(), tokens).check(model.device());
    Trace trace = new Trace(model.newManager(), tokens);
    try {
      model.run(tokens, Taps.all(List.of(before, into(trace))));
      return trace;
    } catch (RuntimeException e) {
      trace.close();
      throw e;
    }
  }

  /** What a run that records this needs beside the weights. */
  public MemoryEstimate estimate(Precision precision, TokenBatch tokens) {
    int batch = tokens.batch();
    int positions = tokens.positions();
    long kept = 0;
    for (Map.Entry<Site, Selection> entry : wanted.entrySet()) {
      kept += entry.getValue().values(entry.getKey(), spec, batch, positions);
    }
    boolean logits = wanted.containsKey(Site.of(SiteKind.LOGITS));
    return MemoryEstimate.run(spec, precision, batch, positions, kept, logits);
  }

  /** Taps that put what they meet into a trace. */
  Taps into(Trace trace) {
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return wanted.containsKey(site);
      }

      @Override
      public NDArray at(Site site, NDArray value) {
        Selection selection = wanted.getOrDefault(site, Selection.ALL);
        trace.put(site, selection.pick(site, value, trace.manager()));
        return value;
      }
    };
  }
}
