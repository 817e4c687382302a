package circuitscope.probes.circuits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTargets;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Edge attribution patching with integrated gradients (Syed et al. 2023; Hanna et al. 2024).
 *
 * <p>score(u→v) = Σ_positions (z′_u − z_u)·∂m/∂x_v, z a writer's contribution, ′ the corrupted run,
 * x_v what the reader reads of the stream: a first-order estimate of what the metric changes by
 * when that edge alone carries the corrupted value. The gradient is the mean over runs whose input
 * embeddings stand at z′ + (k/m)·(z − z′), k = 1 … m; one step is plain edge attribution patching.
 *
 * <p>The gradient by what a reader reads is pulled back in closed form from the site behind its
 * projection, so the stream is never copied a reader; all scores of a layer are one product of
 * {@code [reader, batch·position·dModel]} with the writers'.
 */
public final class EdgeAttribution {
  private final Model model;
  private final DecoderSpec spec;
  private final EdgeGraph graph;
  private final PairMetric metric;
  private final int steps;

  /**
   * Attribution on a model.
   *
   * @param steps runs between the corrupted and the clean embeddings, the clean one among them
   * @throws circuitscope.probes.model.UnsupportedModelException when the model has no edges
   */
  public EdgeAttribution(Model model, PairMetric metric, int steps) {
    this.model = model;
    this.spec = model.spec();
    this.graph = EdgeGraph.of(spec);
    this.metric = metric;
    this.steps = steps;
  }

  public EdgeGraph graph() {
    return graph;
  }

  /**
   * The mean over pairs of every edge's score.
   *
   * @param most pairs run at once
   * @return {@code [edge]}
   */
  public double[] scores(PromptPairs pairs, int most, Progress progress) {
    List<PairBatch> batches = pairs.checked(metric).batches(most);
    progress.begin((long) pairs.pairs().size() * steps, "runs");
    double[] sums = new double[graph.edges()];
    for (PairBatch batch : batches) {
      try (NDManager scope = model.newManager();
          Sums scores = new Sums(model.newManager())) {
        add(batch, scores, scope, progress);
        scores.addTo(sums);
      }
    }
    double count = (double) pairs.pairs().size() * steps;
    for (int edge = 0; edge < sums.length; edge++) {
      sums[edge] /= count;
    }
    return sums;
  }

  private void add(PairBatch batch, Sums scores, NDManager scope, Progress progress) {
    PairTargets targets = AnswerRun.targets(model, batch, 1, metric, scope);
    Recorder recorder = Recorder.of(spec, Contributions.sites(spec));
    NDArray moved; // [writer, batch·position·dModel]
    NDArray embed; // [batch, position, dModel]
    try (Trace clean = recorder.record(model, batch.clean());
        Trace corrupted = recorder.record(model, batch.corrupted())) {
      moved = Contributions.differences(model, corrupted, clean, scope);
      embed = clean.get(Site.of(SiteKind.EMBED)).duplicate();
      embed.attach(scope);
    }
    NDArray toCorrupted = moved.get(scope, new NDIndex("0")).reshape(embed.getShape());
    for (int k = 1; k <= steps; k++) {
      try (NDManager step = scope.newSubManager()) {
        NDArray mixed = toCorrupted.mul(1 - (double) k / steps).add(embed);
        mixed.attach(step);
        Streams streams = new Streams(spec, mixed, step);
        try (Gradients.AtSites gradients =
            Gradients.ofRun(
                model,
                batch.clean(),
                sites(),
                streams,
                (taps, run) ->
                    metric
                        .of(AnswerRun.logits(model, batch, batch.clean(), taps, run), targets)
                        .sum())) {
          scores.add(gradients.trace(), streams, moved);
        }
      }
      progress.advance(batch.size());
    }
  }

  /** The layers that have readers of that kind. */
  private int[] layers(Reader.Kind kind) {
    return kind == Reader.Kind.LOGITS
        ? new int[] {spec.layers()}
        : IntStream.range(0, spec.layers()).toArray();
  }

  private List<Site> sites() {
    List<Site> sites = new ArrayList<>();
    for (Reader.Kind kind : Reader.Kind.values()) {
      for (int layer : layers(kind)) {
        sites.addAll(LayerReaders.sites(spec, kind, layer));
      }
    }
    return sites;
  }

  /** Sets the embeddings and keeps the streams that readers read, cut off from the gradient. */
  private static final class Streams implements Taps {
    private final DecoderSpec spec;
    private final NDArray embed;
    private final NDManager owner;
    private final Map<Site, NDArray> kept = new java.util.HashMap<>();

    Streams(DecoderSpec spec, NDArray embed, NDManager owner) {
      this.spec = spec;
      this.embed = embed;
      this.owner = owner;
    }

    @Override
    public boolean wants(Site site) {
      return switch (site.kind()) {
        case EMBED -> true;
        case RESID_PRE, RESID_MID -> spec.normPlacement().before();
        default -> false;
      };
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      if (site.kind() == SiteKind.EMBED) {
        NDArray replacement = embed.duplicate();
        replacement.attach(value.getManager());
        return replacement;
      }
      NDArray cut = value.stopGradient();
      cut.attach(owner);
      kept.put(site, cut);
      return value;
    }

    /**
     * {@code [batch·position, dModel]}; of a model without norms before branches the embeddings.
     */
    NDArray of(Reader.Kind kind, int layer) {
      NDArray stream = kept.getOrDefault(LayerReaders.stream(spec, kind, layer), embed);
      return stream.reshape(new Shape(-1, spec.dModel()));
    }
  }

  /** Sums of scores on the device: a matrix {@code [reader, writer]} a kind and layer. */
  private final class Sums implements AutoCloseable {
    private final NDManager owner;
    private final Map<Reader.Kind, List<NDArray>> sums = new EnumMap<>(Reader.Kind.class);

    Sums(NDManager owner) {
      this.owner = owner;
      for (Reader.Kind kind : Reader.Kind.values()) {
        List<NDArray> layers = new ArrayList<>();
        for (int layer : layers(kind)) {
          int visible = graph.visible(graph.firstReader(kind, layer));
          Shape shape = new Shape(graph.count(kind), visible);
          layers.add(owner.zeros(shape, model.precision().dataType()));
        }
        sums.put(kind, layers);
      }
    }

    void add(Trace gradients, Streams streams, NDArray moved) {
      sums.forEach(
          (kind, layers) -> {
            for (int i = 0; i < layers.size(); i++) {
              int layer = layers(kind)[i];
              try (NDManager scope = owner.newSubManager()) {
                NDArray read = pulledBack(gradients, streams, kind, layer, scope);
                int visible = graph.visible(graph.firstReader(kind, layer));
                NDArray seen = moved.get(scope, new NDIndex("0:{}", visible));
                layers.get(i).addi(read.matMul(seen.transpose())); // [reader, writer]
              }
            }
          });
    }

    /** {@code [reader, batch·position·dModel]}. */
    private NDArray pulledBack(
        Trace gradients, Streams streams, Reader.Kind kind, int layer, NDManager scope) {
      List<Site> sites = LayerReaders.sites(spec, kind, layer);
      if (kind == Reader.Kind.LOGITS) {
        return row(gradients.get(sites.getFirst()), scope);
      }
      List<NDArray> atSites = new ArrayList<>();
      for (Site site : sites) {
        NDArray gradient = own(gradients.get(site), scope);
        Shape shape = gradient.getShape();
        long rows = shape.get(0) * shape.get(1);
        atSites.add(
            kind.attention()
                ? gradient
                    .transpose(2, 0, 1, 3)
                    .reshape(new Shape(shape.get(2), rows, shape.get(3)))
                : gradient.reshape(new Shape(1, rows, shape.get(2))));
      }
      NDArray stream = own(streams.of(kind, layer), scope);
      NDArray read = LayerReaders.of(model, kind, layer, scope).pullBack(atSites, stream);
      return read.reshape(new Shape(read.getShape().get(0), -1));
    }

    private static NDArray row(NDArray value, NDManager scope) {
      return own(value, scope).reshape(new Shape(1, -1));
    }

    private static NDArray own(NDArray value, NDManager scope) {
      NDArray view = value.reshape(value.getShape());
      view.attach(scope);
      return view;
    }

    void addTo(double[] scores) {
      sums.forEach(
          (kind, layers) -> {
            for (int i = 0; i < layers.size(); i++) {
              int layer = layers(kind)[i];
              double[] values = layers.get(i).toType(DataType.FLOAT64, false).toDoubleArray();
              int offset = graph.offset(graph.firstReader(kind, layer));
              for (int j = 0; j < values.length; j++) {
                scores[offset + j] += values[j];
              }
            }
          });
    }

    @Override
    public void close() {
      owner.close();
    }
  }
}
