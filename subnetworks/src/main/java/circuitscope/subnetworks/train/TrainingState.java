package circuitscope.subnetworks.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training run on disk: masks, moments, history, and what they belong to. Written beside its
 * place and moved there, so that a kill leaves the last whole one.
 */
final class TrainingState implements AutoCloseable {
  private static final String LOSSES = "history.loss_nats";
  private static final String CURVE = "history.curve"; // [look, 4]: steps, below, above, kept
  private static final String CURVE_LOSSES = "history.curve_loss_nats"; // [look]
  private static final String SCORES = "history.scores"; // [look, 2]: r clamped, dropped, or NaN
  private static final String SCORED = "history.scored"; // [look]: whether it was judged
  private static final String ATTEMPT = "attempt";
  private static final int CURVE_COLUMNS = 4;

  private final SafetensorsFile file;
  private final int steps;
  private final double beta;

  private TrainingState(SafetensorsFile file) {
    this.file = file;
    this.steps = Integer.parseInt(metadata("steps_done"));
    this.beta = Double.parseDouble(metadata("beta"));
  }

  static void write(
      Path file,
      SortedMap<String, String> identity,
      int attempt,
      int steps,
      double beta,
      float[] losses,
      List<MaskTrainer.Point> curve,
      SortedMap<String, NDArray> arrays)
      throws IOException {
    Map<String, String> metadata = new TreeMap<>(identity);
    metadata.put(ATTEMPT, Integer.toString(attempt));
    metadata.put("steps_done", Integer.toString(steps));
    metadata.put("beta", Double.toString(beta));
    List<TensorSource> tensors = new ArrayList<>();
    tensors.add(TensorSource.of(LOSSES, new TensorShape(losses.length), losses));
    long[] flat =
        curve.stream()
            .flatMapToLong(
                p -> java.util.stream.LongStream.of(p.steps(), p.below(), p.above(), p.kept()))
            .toArray();
    float[] curveLosses = new float[curve.size()];
    for (int i = 0; i < curveLosses.length; i++) {
      curveLosses[i] = curve.get(i).lossNats();
    }
    tensors.add(TensorSource.of(CURVE_LOSSES, new TensorShape(curve.size()), curveLosses));
    tensors.add(TensorSource.of(CURVE, new TensorShape(curve.size(), CURVE_COLUMNS), flat));
    addScores(tensors, curve);
    arrays.forEach((name, array) -> tensors.add(source(name, array)));
    SafetensorsWriter.write(file, metadata, tensors);
  }

  private static void addScores(List<TensorSource> tensors, List<MaskTrainer.Point> curve) {
    double[] scores = new double[2 * curve.size()];
    long[] scored = new long[curve.size()];
    for (int i = 0; i < scored.length; i++) {
      Validation.Score score = curve.get(i).score();
      scored[i] = score == null ? 0 : 1;
      scores[2 * i] = score == null ? Double.NaN : score.pearsonClamp();
      scores[2 * i + 1] = score == null ? Double.NaN : score.pearsonDrop();
    }
    tensors.add(TensorSource.of(SCORED, new TensorShape(scored.length), scored));
    ByteBuffer bytes = ByteBuffer.allocate(scores.length * Double.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer().put(scores);
    TensorShape shape = new TensorShape(scored.length, 2);
    tensors.add(
        TensorSource.of(SCORES, StoredType.F64, shape, MemorySegment.ofArray(bytes.array())));
  }

  private static TensorSource source(String name, NDArray array) {
    StoredType type = array.getDataType() == DataType.FLOAT64 ? StoredType.F64 : StoredType.F32;
    return new TensorSource(
        name,
        type,
        new TensorShape(array.getShape().getShape()),
        channel -> {
          ByteBuffer bytes = array.toByteBuffer();
          while (bytes.hasRemaining()) {
            channel.write(bytes);
          }
        });
  }

  /**
   * Opens a saved state.
   *
   * @param identity what decides what the run computes; the state must have been saved by the same
   * @throws CheckpointException when it is damaged, or is of another run
   */
  static TrainingState open(Path path, SortedMap<String, String> identity) {
    SafetensorsFile file = SafetensorsFile.open(path);
    try {
      TrainingRun.checkSame(path, identity, file.metadata());
      return new TrainingState(file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** Which attempt at a stable run it is, from 0. */
  int attempt() {
    return Integer.parseInt(metadata(ATTEMPT));
  }

  int steps() {
    return steps;
  }

  double beta() {
    return beta;
  }

  float[] lossNats() {
    return floats(LOSSES);
  }

  private float[] floats(String name) {
    StoredTensor stored = tensor(name);
    float[] losses = new float[Math.toIntExact(stored.shape().elements())];
    stored.widen(0, java.nio.FloatBuffer.wrap(losses));
    return losses;
  }

  List<MaskTrainer.Point> curve() {
    long[] flat = tensor(CURVE).bytes().toArray(ValueLayout.JAVA_LONG_UNALIGNED);
    float[] losses = floats(CURVE_LOSSES);
    long[] scored = tensor(SCORED).readLongs();
    double[] scores = tensor(SCORES).bytes().toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
    List<MaskTrainer.Point> curve = new ArrayList<>();
    for (int i = 0; i < losses.length; i++) {
      int at = i * CURVE_COLUMNS;
      Validation.Score score =
          scored[i] == 0 ? null : new Validation.Score(scores[2 * i], scores[2 * i + 1]);
      curve.add(
          new MaskTrainer.Point(
              (int) flat[at], losses[i], flat[at + 1], flat[at + 2], flat[at + 3], score));
    }
    return curve;
  }

  /** Overwrites the arrays of a fresh state with the saved ones. */
  void loadInto(SortedMap<String, NDArray> arrays) {
    arrays.forEach(
        (name, array) -> {
          StoredTensor stored = tensor(name);
          Shape shape = new Shape(stored.shape().dims());
          if (!shape.equals(array.getShape())) {
            throw new CheckpointException(
                file.file(),
                "'%s' has shape %s, expected %s; it is of another model"
                    .formatted(name, shape, array.getShape()));
          }
          try (NDManager scope = array.getManager().newSubManager()) {
            ByteBuffer bytes = stored.bytes().asByteBuffer();
            NDArray saved = scope.create(bytes, shape, array.getDataType());
            array.set(new NDIndex("0:{}", shape.get(0)), saved);
          }
        });
  }

  private StoredTensor tensor(String name) {
    StoredTensor stored = file.tensors().get(name);
    if (stored == null) {
      throw new CheckpointException(
          file.file(), "has no '%s'; it is no state of this training".formatted(name));
    }
    return stored;
  }

  private String metadata(String name) {
    String value = file.metadata().get(name);
    if (value == null) {
      throw new CheckpointException(
          file.file(), "its metadata has no '%s'; it is no state of a training".formatted(name));
    }
    return value;
  }

  @Override
  public void close() {
    file.close();
  }
}
