package circuitscope.probes.model;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.family.Families;
import circuitscope.probes.model.family.Family;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A language model on a device, ready to be run with taps at its named sites.
 *
 * <p>Owns its weights; close it to free them. A masked or otherwise transformed model shares the
 * weights of the one it was made from and must not outlive it.
 */
public final class Model implements AutoCloseable {
  /**
   * Logits computed at once while losses are taken, in values: bounds memory on large vocabularies.
   */
  private static final long LOGITS_AT_ONCE = 1L << 26;

  private final DecoderSpec spec;
  private final Weights weights;
  private final WeightTransform transform;
  private final NDManager manager;
  private final ComputeDevice device;
  private final Precision precision;
  private final ModelIdentity identity;

  Model(
      DecoderSpec spec,
      Weights weights,
      WeightTransform transform,
      NDManager manager,
      ComputeDevice device,
      Precision precision,
      ModelIdentity identity) {
    this.spec = spec;
    this.weights = weights;
    this.transform = transform;
    this.manager = manager;
    this.device = device;
    this.precision = precision;
    this.identity = identity;
  }

  /**
   * Puts a checkpoint's weights on a device.
   *
   * @throws UnsupportedModelException for a family or setting that the decoder does not compute, or
   *     a precision that the device does not have
   * @throws CheckpointException for missing, unexpected, wrongly shaped or not-finite weights
   * @throws InsufficientMemoryException when the device has not enough memory for the weights
   */
  public static Model load(
      Checkpoint checkpoint, ComputeDevice device, Precision precision, LoadProgress progress) {
    precision.check(device.device());
    HfConfig config = checkpoint.config();
    Family family = Families.of(config);
    DecoderSpec spec = family.spec(config);
    TensorMap map = family.tensors(config);
    boolean tied = config.boolOr(family.tiedByDefault(), "tie_word_embeddings");
    CheckpointWeights source =
        new CheckpointWeights(checkpoint, spec, map, precision, tied, progress);
    MemoryEstimate.weights(spec, map, tied, precision).check(device);
    ModelIdentity identity =
        new ModelIdentity(checkpoint.location().toString(), checkpoint::digest);
    Model model = fill(spec, source, device, precision, identity);
    try {
      source.refuseNotFinite();
    } catch (CheckpointException e) {
      model.close();
      throw e;
    }
    return model;
  }

  /**
   * A model of that shape with fresh random weights, made on the device.
   *
   * @param seed the same seed, device and dtype give the same weights
   */
  public static Model random(
      HfConfig config, long seed, ComputeDevice device, Precision precision) {
    precision.check(device.device());
    Family family = Families.of(config);
    DecoderSpec spec = family.spec(config);
    TensorMap map = family.tensors(config);
    boolean tied = config.boolOr(family.tiedByDefault(), "tie_word_embeddings");
    MemoryEstimate.weights(spec, map, tied, precision).check(device);
    double deviation = config.doubleOr(0.02, "initializer_range", "init_std");
    ModelIdentity identity =
        new ModelIdentity(
            "random:%s@%d".formatted(config.source(), seed),
            () -> "random:%s@%d".formatted(Integer.toHexString(config.json().hashCode()), seed));
    return fill(
        spec,
        new RandomWeights(spec, map, precision, deviation, tied, seed),
        device,
        precision,
        identity);
  }

  private static Model fill(
      DecoderSpec spec,
      WeightSource source,
      ComputeDevice device,
      Precision precision,
      ModelIdentity identity) {
    NDManager manager = NDManager.newBaseManager(device.device());
    try {
      Weights weights =
          Weights.of(spec.layers(), (slot, layer) -> source.load(slot, layer, manager));
      return new Model(spec, weights, WeightTransform.NONE, manager, device, precision, identity);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  public DecoderSpec spec() {
    return spec;
  }

  public Weights weights() {
    return weights;
  }

  public ComputeDevice device() {
    return device;
  }

  public Precision precision() {
    return precision;
  }

  /** Where the model came from and the digest of its weights. */
  public ModelIdentity identity() {
    return identity;
  }

  /** A new owner of arrays on this model's device; the caller closes it. */
  public NDManager newManager() {
    return manager.newSubManager();
  }

  /** An empty key/value cache for this model; the caller closes it. */
  public KeyValueCache newCache() {
    return new KeyValueCache(newManager(), spec.layers());
  }

  /**
   * A reader of one stream under that policy; the caller closes it.
   *
   * @throws IllegalArgumentException when the model's positions do not allow the policy
   * @throws InsufficientMemoryException when the device has no room for the cache
   */
  public StreamingDecoder stream(CachePolicy policy) {
    new MemoryEstimate(
            "a cache of %,d tokens".formatted(policy.capacity() + 1),
            policy.bytes(spec, precision),
            "keep fewer tokens")
        .check(device);
    NDManager own = newManager();
    try {
      return new StreamingDecoder(spec, weights, transform, policy, precision, own);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /**
   * The same model with every parameter passed through {@code next} where it is used. Shares this
   * model's weights; closing it frees nothing.
   */
  public Model with(WeightTransform next) {
    NDManager own = manager.newSubManager();
    return new Model(spec, weights, next, own, device, precision, identity);
  }

  /**
   * The same model with some weights zeroed once and for all. Shares all others with this model.
   */
  public Model masked(WeightMask mask) {
    NDManager own = manager.newSubManager();
    return new Model(
        spec,
        weights.map(weight -> mask.apply(weight, own)),
        transform,
        own,
        device,
        precision,
        identity.derived(mask.describe()));
  }

  /**
   * The same architecture with fresh random weights in all slots but some, a control: matrices and
   * embeddings normal, norms 1 (0 where 1 is added), biases 0. Shares the kept weights.
   *
   * @param seed the same seed, device and dtype give the same weights
   * @param deviation standard deviation of the normal
   * @param kept slots that keep this model's weights
   */
  public Model reinitialised(long seed, double deviation, Set<Slot> kept) {
    NDManager own = manager.newSubManager();
    Engine.getEngine("PyTorch").setRandomSeed((int) seed);
    Map<String, Weight> fresh = new HashMap<>();
    Weights drawn =
        Weights.of(
            spec.layers(),
            (slot, layer) -> {
              Weight weight = weights.find(slot, layer);
              if (weight == null || kept.contains(slot)) {
                return weight;
              }
              Weight made = fresh.get(weight.name()); // of tied embeddings
              if (made == null) {
                NDArray stored = weight.array();
                NDArray array =
                    RandomWeights.draw(
                        slot,
                        stored.getShape(),
                        stored.getDataType(),
                        (float) deviation,
                        spec,
                        own);
                made = new Weight(weight.name(), array, weight.inOut());
                fresh.put(weight.name(), made);
              }
              return made;
            });
    String how =
        "random weights, seed %d, deviation %s%s"
            .formatted(seed, deviation, kept.isEmpty() ? "" : ", but for " + new TreeSet<>(kept));
    return new Model(spec, drawn, transform, own, device, precision, identity.derived(how));
  }

  /**
   * Runs the model as far as the last site that the taps want; everything that is learned from it
   * is learned by them.
   */
  public void run(TokenBatch tokens, Taps taps) {
    try (NDManager run = newManager()) {
      if (endsBeforeLogits(taps)) {
        forward(tokens, taps, null, run).toLastWanted();
      } else {
        logits(tokens, taps, null, run);
      }
    }
  }

  private static boolean endsBeforeLogits(Taps taps) {
    return !taps.wants(Site.of(SiteKind.LOGITS))
        && !taps.wants(Site.of(SiteKind.LN_FINAL_SCALE))
        && !taps.wants(Site.of(SiteKind.LN_FINAL_NORMALIZED))
        && !taps.wants(Site.of(SiteKind.LN_FINAL_OUT));
  }

  /**
   * Scores of the next token.
   *
   * @param cache positions already read, which this run extends; null for none
   * @param scope owner of the result and of what is made on the way
   * @return {@code [batch, position, vocab]}
   */
  public NDArray logits(
      TokenBatch tokens, Taps taps, @Nullable KeyValueCache cache, NDManager scope) {
    Forward forward = forward(tokens, taps, cache, scope);
    NDArray logits = forward.unembed(forward.normalised(forward.stream()));
    return forward.tap(SiteKind.LOGITS, -1, logits);
  }

  /**
   * A run that begins at a layer, since what comes before it is known.
   *
   * @param tokens whose run it is: they say the batch and the positions, and are not read
   * @param stream what enters the layer {@code [batch, position, dModel]}; not changed
   * @param scope owner of the result and of what is made on the way
   * @return the stream after the last layer, before the final norm: for {@link #readOut}
   */
  public NDArray resume(TokenBatch tokens, NDArray stream, int layer, Taps taps, NDManager scope) {
    NDArray own = stream.reshape(stream.getShape()); // a second handle, which the run may take
    own.attach(scope);
    return forward(tokens, taps, null, scope).stream(own, layer);
  }

  /**
   * Scores read off the residual stream as if it were the last layer's: the final norm, its
   * statistics computed afresh, and the unembedding.
   *
   * @param stream {@code [batch, position, dModel]}
   * @param scope owner of the result and of what is made on the way
   * @return {@code [batch, position, vocab]}
   */
  public NDArray readOut(NDArray stream, NDManager scope) {
    return readOut(stream, Taps.NONE, scope);
  }

  /** The same under taps of the final norm. */
  public NDArray readOut(NDArray stream, Taps taps, NDManager scope) {
    Forward forward = forward(TokenBatch.of(new int[] {0}), taps, null, scope);
    return forward.unembed(forward.normalised(stream));
  }

  /**
   * Loss of each token given those before it, in nats.
   *
   * @return {@code [batch][position − 1]}: entry i is −log P(token i+1 | tokens 0..i); rows are as
   *     long as their real tokens
   */
  public float[][] tokenLosses(TokenBatch tokens, Taps taps) {
    try (NDManager scope = newManager()) {
      Forward forward = forward(tokens, taps, null, scope);
      NDArray normalised = forward.normalised(forward.stream());
      int positions = tokens.positions();
      float[][] losses = new float[tokens.batch()][];
      int rowsAtOnce = Math.clamp(LOGITS_AT_ONCE / spec.vocab(), 1, positions);
      for (int row = 0; row < losses.length; row++) {
        losses[row] = new float[Math.max(0, tokens.lengths()[row] - 1)];
        for (int from = 0; from < losses[row].length; from += rowsAtOnce) {
          int to = Math.min(losses[row].length, from + rowsAtOnce);
          try (NDManager piece = scope.newSubManager()) {
            NDArray rows = normalised.get(piece, new NDIndex("{}, {}:{}", row, from, to));
            float[] nats = nats(forward, rows, tokens.ids()[row], from, to, piece);
            System.arraycopy(nats, 0, losses[row], from, nats.length);
          }
        }
      }
      return losses;
    }
  }

  private float[] nats(
      Forward forward, NDArray rows, int[] ids, int from, int to, NDManager scope) {
    long[] targets = new long[to - from];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = ids[from + i + 1];
    }
    NDArray logits =
        forward.tap(SiteKind.LOGITS, -1, forward.unembed(rows)).toType(DataType.FLOAT32, false);
    NDArray target = scope.create(targets, new Shape(targets.length, 1));
    return logits.logSoftmax(-1).gather(target, 1).neg().toFloatArray();
  }

  private Forward forward(
      TokenBatch tokens, Taps taps, @Nullable KeyValueCache cache, NDManager run) {
    tokens.checkVocabulary(spec.vocab());
    int reaches = tokens.positions() + (cache == null ? 0 : cache.length());
    if (spec.learnedPositions() && reaches > spec.contextLength()) {
      throw new IllegalArgumentException(
          "%d positions were asked of a %s model with a table of %d; shorten the text or lower"
                  .formatted(reaches, spec.family(), spec.contextLength())
              + " --context");
    }
    NDArray ids = run.create(tokens.flat(), new Shape(tokens.batch(), tokens.positions()));
    return new Forward(spec, weights, transform, ids, taps, cache, run);
  }

  /** Waits until the device has finished what it was given. */
  public void synchronize() {
    try (NDManager scope = newManager()) {
      NDList one = new NDList(scope.zeros(new Shape(1)));
      one.singletonOrThrow().getFloat();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
