package circuitscope.probes.tuned;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Translators of the tuned lens (Belrose et al. 2023, arXiv 2303.08112): what enters layer l, h, is
 * read as h + A_l·h + c_l by the model's own final norm and unembedding. With A and c zero that is
 * the logit lens, to the bit. Translator 0 acts on the embeddings; what leaves the last layer has
 * none.
 *
 * <p>Owns its arrays, on the model's device; close it before the model.
 */
public final class TunedLens implements AutoCloseable {
  private final NDManager own;
  private final DataType type;
  private final List<NDArray> weights = new ArrayList<>(); // A [out, in]; none when bias only
  private final List<NDArray> biases = new ArrayList<>(); // c [dModel]

  private TunedLens(Model model, boolean biasOnly) {
    own = model.newManager();
    type = model.precision() == Precision.FP64 ? DataType.FLOAT64 : DataType.FLOAT32;
    int width = model.spec().dModel();
    for (int layer = 0; layer < model.spec().layers(); layer++) {
      if (!biasOnly) {
        weights.add(own.zeros(new Shape(width, width), type));
      }
      biases.add(own.zeros(new Shape(width), type));
    }
  }

  /** Translators that change nothing: the logit lens. */
  public static TunedLens zero(Model model, boolean biasOnly) {
    return new TunedLens(model, biasOnly);
  }

  /**
   * Reads a file of {@code residual tune}; the caller closes the result.
   *
   * @param otherWeights takes a lens that was trained for other weights of the same shape
   * @throws circuitscope.models.checkpoint.CheckpointException when the file is no tuned lens, or
   *     is of another model
   */
  public static TunedLens open(Path file, Model model, boolean otherWeights) {
    return TunedLensFile.open(file, model, otherWeights);
  }

  /** How many translators there are: one for what enters each layer. */
  public int layers() {
    return biases.size();
  }

  /** Whether the translators are shifts alone. */
  public boolean biasOnly() {
    return weights.isEmpty();
  }

  /**
   * The stream as the last layer's would be: h + A·h + c, computed in FP32 at least.
   *
   * @param layer 0 to {@link #layers} − 1
   * @param stream {@code [..., dModel]} what enters that layer, in the model's number format
   * @param scope owner of the result and of what is made on the way
   * @return of the stream's shape and format, ready for {@link Model#readOut}
   * @throws IllegalArgumentException for a layer without a translator
   */
  public NDArray translate(int layer, NDArray stream, NDManager scope) {
    if (layer < 0 || layer >= layers()) {
      throw new IllegalArgumentException(
          "there is no translator %d; they are for what enters layers 0 to %d, and what leaves the"
                  .formatted(layer, layers() - 1)
              + " last layer is read as it is");
    }
    // Of an array that has the type already, toType gives an alias, whatever it is told of copies.
    NDArray h = stream.getDataType() == type ? stream.duplicate() : stream.toType(type, true);
    h.attach(scope);
    NDArray shift = biases.get(layer);
    if (!biasOnly()) {
      Shape shape = h.getShape();
      NDArray rows = h.reshape(-1, shape.get(shape.dimension() - 1));
      try (NDArray transposed = weights.get(layer).transpose()) {
        shift = rows.matMul(transposed).addi(shift).reshape(shape);
      }
    }
    return h.addi(shift).toType(stream.getDataType(), false);
  }

  NDManager owner() {
    return own;
  }

  DataType type() {
    return type;
  }

  /** All arrays, weights first, in the order in which they are trained. */
  List<NDArray> parameters() {
    List<NDArray> all = new ArrayList<>(weights);
    all.addAll(biases);
    return all;
  }

  /** The arrays under the names that they have in files. */
  SortedMap<String, NDArray> named() {
    SortedMap<String, NDArray> named = new TreeMap<>();
    for (int layer = 0; layer < layers(); layer++) {
      if (!biasOnly()) {
        named.put("translators.%d.weight".formatted(layer), weights.get(layer));
      }
      named.put("translators.%d.bias".formatted(layer), biases.get(layer));
    }
    return named;
  }

  @Override
  public void close() {
    own.close();
  }
}
