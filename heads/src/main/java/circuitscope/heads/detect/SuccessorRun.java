package circuitscope.heads.detect;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.heads.detect.OrdinalSequences.Pair;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.statistics.Estimate.Resamples;
import circuitscope.probes.trace.Intervention;
import circuitscope.probes.trace.Interventions;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Measures {@link Successors} by running the model on single tokens: attention to one token is 1,
 * so what a head writes then is its OV circuit's output. The stream that enters each layer is
 * replaced by what the first MLP makes of the token's embedding, without positions or attention.
 */
final class SuccessorRun {
  private final Model model;
  private final int[] tokens;
  private final int[] highest; // [head · token] index of the token that is raised most

  private SuccessorRun(Model model, int[] tokens) {
    this.model = model;
    this.tokens = tokens;
    this.highest =
        new int[model.spec().layers() * model.spec().attention().heads() * tokens.length];
  }

  /**
   * Measures every head.
   *
   * @throws IllegalArgumentException without a tokenizer, or when it knows no ordinal tokens, or
   *     when there is no direct path
   */
  static Successors of(Subject subject, int draws, long seed, Progress progress) {
    Tokenizer tokenizer = subject.tokenizer();
    if (tokenizer == null) {
      throw new IllegalArgumentException(
          "ordinal words are known by a tokenizer, and there is none");
    }
    OrdinalSequences sequences = OrdinalSequences.of(tokenizer);
    if (sequences.pairs().size() < 2) {
      throw new IllegalArgumentException(
          "the tokenizer writes no two neighbours of numbers, days, months or letters as single"
              + " tokens");
    }
    SuccessorRun run = new SuccessorRun(subject.model(), sequences.tokens());
    progress.begin(1, "runs");
    run.read();
    progress.advance(1);
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "gould-successor/1");
    protocol.put(
        "path",
        "embedding, first MLP, OV circuit without the value bias, final norm with"
            + " its scale fixed, unembedding; no positions, no attention of the first layer");
    protocol.put("score", "share of tokens whose successor is raised most of all ordinal tokens");
    protocol.put("tokens", run.tokens.length);
    protocol.put("pairs", sequences.pairs().size());
    protocol.put("null", "successors shuffled among the tokens of a sequence");
    protocol.put("seed", seed);
    List<Pair> pairs = sequences.pairs();
    double[][] hits = run.hits(pairs);
    return new Successors(
        protocol,
        sequences.items(),
        KindScores.of(hits, run.nulls(pairs, draws, seed), Resamples.of(hits.length, seed)));
  }

  private void read() {
    DecoderSpec spec = model.spec();
    int[][] rows = Arrays.stream(tokens).mapToObj(id -> new int[] {id}).toArray(int[][]::new);
    TokenBatch batch = TokenBatch.of(rows);
    Site firstMlp = Site.of(SiteKind.MLP_OUT, 0);
    long[] ids = Arrays.stream(tokens).asLongStream().toArray();
    try (Trace first =
            Recorder.of(spec, List.of(firstMlp)).record(model, batch, onlyTheEmbedding(spec));
        NDManager scope = model.newManager()) {
      DirectPath path = new DirectPath(model, ids, scope);
      NDArray entering = first.get(firstMlp); // [token, 1, dModel]
      NDArray[] bias = new NDArray[spec.layers()];
      model.run(
          TokenBatch.of(new int[] {tokens[0]}),
          Taps.all(
              List.of(
                  valueBiasOnly(spec),
                  results(
                      (layer, written) -> {
                        NDArray copy = written.duplicate(); // [1, 1, head, dModel]
                        copy.attach(scope);
                        bias[layer] = copy;
                      }))));
      model.run(
          batch,
          Taps.all(
              List.of(
                  inEveryLayer(SiteKind.RESID_PRE, new Intervention.Patch(entering), spec),
                  results((layer, written) -> rank(layer, written.sub(bias[layer]), path)))));
    }
  }

  /** Nothing but the token's embedding reaches the first MLP. */
  private static Taps onlyTheEmbedding(DecoderSpec spec) {
    List<Interventions.Edit> edits = new ArrayList<>();
    edits.add(new Interventions.Edit(Site.of(SiteKind.ATTN_OUT, 0), new Intervention.Zero()));
    if (spec.learnedPositions()) {
      edits.add(new Interventions.Edit(Site.of(SiteKind.POS_EMBED), new Intervention.Zero()));
    }
    return new Interventions(spec, edits);
  }

  /** What heads write when their values are nothing but the bias. */
  private static Taps valueBiasOnly(DecoderSpec spec) {
    boolean normed = spec.normPlacement().before();
    return inEveryLayer(
        normed ? SiteKind.LN1_OUT : SiteKind.RESID_PRE, new Intervention.Zero(), spec);
  }

  private static Taps inEveryLayer(SiteKind kind, Intervention intervention, DecoderSpec spec) {
    return new Interventions(
        spec,
        Sites.inEveryLayer(kind, spec).stream()
            .map(site -> new Interventions.Edit(site, intervention))
            .toList());
  }

  private interface OfLayer {
    void result(int layer, NDArray written);
  }

  private static Taps results(OfLayer reader) {
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return site.kind() == SiteKind.RESULT;
      }

      @Override
      public NDArray at(Site site, NDArray value) {
        reader.result(site.layer(), value);
        return value;
      }
    };
  }

  private void rank(int layer, NDArray written, DirectPath path) {
    long[] shape = written.getShape().getShape(); // [token, 1, head, dModel]
    int heads = (int) shape[2];
    NDArray rows = written.reshape(shape[0], shape[2], shape[3]);
    long[] best = path.logits(rows, layer, false).argMax(2).toLongArray(); // [token, head]
    for (int token = 0; token < tokens.length; token++) {
      for (int h = 0; h < heads; h++) {
        highest[(layer * heads + h) * tokens.length + token] = (int) best[token * heads + h];
      }
    }
  }

  /** {@code [pair][head]} 1 where the successor is raised most, else 0. */
  private double[][] hits(List<Pair> pairs) {
    Map<Integer, Integer> index = new HashMap<>();
    IntStream.range(0, tokens.length).forEach(i -> index.put(tokens[i], i));
    double[][] hits = new double[pairs.size()][highest.length / tokens.length];
    for (int p = 0; p < hits.length; p++) {
      int token = index.getOrDefault(pairs.get(p).token(), -1);
      int successor = index.getOrDefault(pairs.get(p).successor(), -1);
      for (int head = 0; head < hits[p].length; head++) {
        hits[p][head] = highest[head * tokens.length + token] == successor ? 1 : 0;
      }
    }
    return hits;
  }

  /** {@code [draw][head]} */
  private double[][] nulls(List<Pair> pairs, int draws, long seed) {
    Random random = new Random(seed);
    double[][] nulls = new double[draws][];
    for (int draw = 0; draw < draws; draw++) {
      double[][] hits = hits(shuffled(pairs, random));
      nulls[draw] = new double[hits[0].length];
      for (double[] pair : hits) {
        for (int head = 0; head < pair.length; head++) {
          nulls[draw][head] += pair[head] / hits.length;
        }
      }
    }
    return nulls;
  }

  private static List<Pair> shuffled(List<Pair> pairs, Random random) {
    Map<String, List<Integer>> successors = new HashMap<>();
    pairs.forEach(
        pair ->
            successors
                .computeIfAbsent(pair.sequence(), name -> new ArrayList<>())
                .add(pair.successor()));
    successors.values().forEach(list -> Collections.shuffle(list, random));
    List<Pair> shuffled = new ArrayList<>();
    for (Pair pair : pairs) {
      List<Integer> left = successors.getOrDefault(pair.sequence(), List.of());
      shuffled.add(new Pair(pair.sequence(), pair.token(), left.removeLast()));
    }
    return shuffled;
  }
}
