package circuitscope.probes.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A model that reads a stream of any length with a cache of constant size, and says how well it
 * predicts each next token.
 *
 * <p>Tokens are read one by one or in chunks; either way a query sees exactly what {@link
 * CachePolicy} says, so both give the same losses but for rounding. Owns the cache; the model must
 * outlive it.
 */
public final class StreamingDecoder implements AutoCloseable {
  private final DecoderSpec spec;
  private final CachePolicy policy;
  private final NDManager manager;
  private final StreamScript script;
  private final @Nullable StreamRotation rotation;
  private final NDArray none;
  private long read;

  StreamingDecoder(
      DecoderSpec spec,
      Weights weights,
      WeightTransform transform,
      CachePolicy policy,
      Precision precision,
      NDManager manager) {
    if (policy.reindexed() && spec.learnedPositions()) {
      throw new IllegalArgumentException(
          "positions cannot be re-indexed in a %s model: its learned position vectors are added to"
                  .formatted(spec.family())
              + " the stream before keys are made; keep the tokens' own positions, or recompute");
    }
    this.spec = spec;
    this.policy = policy;
    this.manager = manager;
    DataType type = precision.dataType();
    Rotary rotary = spec.rotary();
    rotation = rotary == null ? null : new StreamRotation(rotary, policy.capacity() + 1, type);
    none = manager.create(new Shape(0), type);
    script = new StreamScript(spec, weights, transform, policy, manager);
  }

  /** Tokens read so far. */
  public long position() {
    return read;
  }

  /** The largest chunk that the ring can take in. */
  public int largestChunk() {
    return policy.recent() + 1;
  }

  /**
   * Reads tokens one by one.
   *
   * @param targets the token after each of {@code ids}
   * @return {@code [t]} nats: −ln P(target | what the policy lets the token see)
   */
  public float[] oneByOne(int[] ids, int[] targets) {
    return read("decode", ids, targets);
  }

  /**
   * Reads tokens at once; arguments and result as in {@link #oneByOne}.
   *
   * @throws IllegalArgumentException for more than {@link #largestChunk}
   */
  public float[] chunk(int[] ids, int[] targets) {
    if (ids.length > largestChunk()) {
      throw new IllegalArgumentException(
          "a chunk of %d tokens does not fit a cache of %d recent tokens; read at most %d at once"
              .formatted(ids.length, policy.recent(), largestChunk()));
    }
    return read("chunk", ids, targets);
  }

  private float[] read(String method, int[] ids, int[] targets) {
    TokenBatch.of(ids, targets).checkVocabulary(spec.vocab());
    if (spec.learnedPositions() && read + ids.length > spec.contextLength()) {
      throw new IllegalArgumentException(
          "this %s model has learned %d positions, and token %d of the stream has none"
              .formatted(spec.family(), spec.contextLength(), spec.contextLength()));
    }
    try (NDManager scope = manager.newSubManager()) {
      long[] own = new long[ids.length];
      long[] nearer = new long[ids.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = read + i;
        nearer[i] = Math.max(0, own[i] - policy.capacity());
      }
      boolean shifts = policy.reindexed() && policy.sinks() > 0 && nearer[own.length - 1] > 0;
      StreamRotation.Tables turn = new StreamRotation.Tables(none, none);
      StreamRotation.Tables shift = turn;
      if (rotation != null) {
        turn = rotation.of(own, scope);
        shift = shifts ? rotation.further(nearer, scope) : shift;
      }
      NDArray losses =
          script.read(
              method,
              scope,
              scope.create(longs(ids)),
              scope.create(longs(targets)),
              turn.cos(),
              turn.sin(),
              shift.cos(),
              shift.sin(),
              read);
      read += ids.length;
      return losses.toFloatArray();
    }
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  @Override
  public void close() {
    manager.close();
  }
}
