package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What enters each layer and what leaves the last, of whole sequences, as rows. */
final class LensStreams {
  /**
   * Values of an array {@code [row, vocab]} that is alive at once: enough to fill a GPU, and on a
   * CPU no more than its caches hold.
   */
  private static final long LOGITS_AT_ONCE_GPU = 1L << 26;

  private static final long LOGITS_AT_ONCE_CPU = 1L << 20;

  private final Model model;
  private final List<Site> sites;
  private final Recorder recorder;
  private final boolean withNext;

  /**
   * @param withNext whether the last position of each sequence, after which no token is known, is
   *     left out
   */
  LensStreams(Model model, boolean withNext) {
    this.model = model;
    this.withNext = withNext;
    sites = new ArrayList<>(Sites.inEveryLayer(SiteKind.RESID_PRE, model.spec()));
    sites.add(Site.of(SiteKind.RESID_POST, model.spec().layers() - 1));
    recorder = Recorder.of(model.spec(), sites);
  }

  /** Rows for which logits are made together. */
  static int rowsAtOnce(Model model) {
    long values = model.device().gpu() ? LOGITS_AT_ONCE_GPU : LOGITS_AT_ONCE_CPU;
    return (int) Math.max(1, values / model.spec().vocab());
  }

  /**
   * The rows of a batch, which its trace owns.
   *
   * @param streams by layer {@code [row, dModel]}, what leaves the last layer at the end
   * @param tokensThatFollow {@code [row]} the tokens that follow; null when they were not asked for
   */
  record Rows(List<NDArray> streams, @Nullable NDArray tokensThatFollow) {
    long count() {
      return streams.getFirst().getShape().get(0);
    }

    NDArray next() {
      if (tokensThatFollow == null) {
        throw new IllegalStateException("these streams were recorded without the next tokens");
      }
      return tokensThatFollow;
    }
  }

  /** Runs the model; sequences are without padding. */
  Trace record(TokenBatch tokens) {
    return recorder.record(model, tokens);
  }

  Rows of(Trace trace) {
    List<NDArray> streams = new ArrayList<>();
    int width = model.spec().dModel();
    for (Site site : sites) {
      NDArray stream = trace.get(site);
      streams.add((withNext ? stream.get(":, :-1") : stream).reshape(-1, width));
    }
    if (!withNext) {
      return new Rows(streams, null);
    }
    TokenBatch tokens = trace.tokens();
    int positions = tokens.positions() - 1;
    long[] next = new long[tokens.batch() * positions];
    for (int i = 0; i < next.length; i++) {
      next[i] = tokens.ids()[i / positions][i % positions + 1];
    }
    NDArray ids = streams.getFirst().getManager().create(next, new Shape(next.length));
    return new Rows(streams, ids);
  }
}
