package circuitscope.probes.geometry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.geometry.StateScales.View;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * Sums over tokens from which states of the stream are compared, on the model's device in FP64.
 *
 * <p>X_i are the states less their means. Kept are XᵢᵀXⱼ of all pairs, once for all views, since a
 * view only scales dimensions; and for each view the sums of ‖x‖²‖y‖², ‖x‖², cos(x, y) and of unit
 * vectors. Z-scored vectors are centred where cosines are taken, raw ones are not.
 */
final class SimilaritySums implements AutoCloseable {
  private final NDManager own;
  private final int states;
  private final int width;
  private final NDArray[] means; // [state]: [dModel]
  private final NDArray[] products; // [pair]: [dModel, dModel]
  private final Map<View, OfView> views = new EnumMap<>(View.class);
  private long tokens;

  /**
   * Sums of one view.
   *
   * @param factors {@code [state]}: {@code [dModel]} by what dimensions are multiplied
   * @param diagonals {@code [state, state]} Σ‖x‖²‖y‖²
   * @param traces {@code [state]} Σ‖x‖²
   * @param cosines {@code [state, state]} Σ cos(x, y)
   * @param directions {@code [state, dModel]} Σ x/‖x‖
   */
  private record OfView(
      NDArray[] factors, NDArray diagonals, NDArray traces, NDArray cosines, NDArray directions) {
    void add(OfView other) {
      diagonals.addi(other.diagonals);
      traces.addi(other.traces);
      cosines.addi(other.cosines);
      directions.addi(other.directions);
    }
  }

  SimilaritySums(Model model, StateScales scales) {
    states = scales.means().length;
    width = scales.means()[0].length;
    new MemoryEstimate(
            "cross products of all pairs of %d states of width %d".formatted(states, width),
            2L * pairs() * width * width * Double.BYTES,
            "run it on a device with more memory")
        .check(model.device());
    own = model.newManager();
    means = new NDArray[states];
    for (int state = 0; state < states; state++) {
      means[state] = own.create(scales.means()[state]);
    }
    products = new NDArray[pairs()];
    Arrays.setAll(products, pair -> zeros(width, width));
    for (View view : View.values()) {
      NDArray[] factors = new NDArray[states];
      Arrays.setAll(factors, state -> own.create(scales.factors(view, state)));
      views.put(
          view,
          new OfView(
              factors,
              zeros(states, states),
              zeros(states),
              zeros(states, states),
              zeros(states, width)));
    }
  }

  private int pairs() {
    return states * (states + 1) / 2;
  }

  private NDArray zeros(long... shape) {
    return own.zeros(new Shape(shape), DataType.FLOAT64);
  }

  private OfView sums(View view) {
    return Objects.requireNonNull(views.get(view));
  }

  /** Where the pair i ≤ j stands. */
  private int pair(int i, int j) {
    return i * states - i * (i - 1) / 2 + j - i;
  }

  /** Adds the tokens of a batch, {@code [state]}: {@code [token, dModel]} of one manager. */
  void add(NDArray[] rows) {
    NDArray[] centred = new NDArray[states];
    for (int state = 0; state < states; state++) {
      centred[state] = rows[state].sub(means[state]);
    }
    for (int i = 0; i < states; i++) {
      NDArray transposed = centred[i].transpose();
      for (int j = i; j < states; j++) {
        try (NDArray product = transposed.matMul(centred[j])) {
          products[pair(i, j)].addi(product);
        }
      }
    }
    for (View view : View.values()) {
      add(view, rows, centred);
    }
    tokens += rows[0].getShape().get(0);
  }

  private void add(View view, NDArray[] rows, NDArray[] centred) {
    OfView sums = sums(view);
    try (NDManager scope = rows[0].getManager().newSubManager()) {
      NDList norms = new NDList(); // [state]: [token]
      NDList units = new NDList(); // [state]: [token, dModel]
      for (int state = 0; state < states; state++) {
        NDArray scaled = centred[state].mul(sums.factors[state]);
        scaled.attach(scope);
        norms.add(scaled.square().sum(new int[] {1}));
        NDArray seen = view == View.Z_SCORED ? scaled : rows[state].mul(sums.factors[state]);
        seen.attach(scope);
        NDArray length = seen.square().sum(new int[] {1}, true).sqrt().maximum(Double.MIN_NORMAL);
        units.add(seen.div(length));
      }
      NDArray r = NDArrays.stack(norms); // [state, token]
      sums.diagonals.addi(r.matMul(r.transpose()));
      sums.traces.addi(r.sum(new int[] {1}));
      NDArray u = NDArrays.stack(units); // [state, token, dModel]
      sums.directions.addi(u.sum(new int[] {1}));
      NDArray flat = u.reshape(states, -1);
      sums.cosines.addi(flat.matMul(flat.transpose()));
    }
  }

  /** Adds all of another's sums, of the same scales. */
  void add(SimilaritySums other) {
    for (int pair = 0; pair < products.length; pair++) {
      products[pair].addi(other.products[pair]);
    }
    views.forEach((view, sums) -> sums.add(other.sums(view)));
    tokens += other.tokens;
  }

  int states() {
    return states;
  }

  int width() {
    return width;
  }

  long tokens() {
    return tokens;
  }

  /** What alignment is computed from. */
  Cka cka(View view) {
    OfView sums = sums(view);
    double[][] squares = new double[states][states];
    try (NDManager scope = own.newSubManager()) {
      for (int i = 0; i < states; i++) {
        for (int j = i; j < states; j++) {
          // ‖D_i M D_j‖² = Σ d_i² M² d_j²
          NDArray left = sums.factors[i].square().reshape(1, width);
          NDArray right = sums.factors[j].square();
          NDArray square = products[pair(i, j)].square();
          left.attach(scope);
          right.attach(scope);
          square.attach(scope);
          squares[i][j] = left.matMul(square).mul(right).sum().getDouble();
          squares[j][i] = squares[i][j];
          square.close();
        }
      }
    }
    return new Cka(squares, matrix(sums.diagonals), sums.traces.toDoubleArray(), tokens);
  }

  /** Mean cosine of the same token in two states, {@code [state][state]}. */
  double[][] cosines(View view) {
    double[][] mean = matrix(sums(view).cosines);
    for (double[] row : mean) {
      for (int j = 0; j < states; j++) {
        row[j] /= tokens;
      }
    }
    return mean;
  }

  /**
   * Mean cosine of all pairs of different tokens, one in each state: (Σû·Σv̂ − Σ cos) / (n (n −
   * 1)), {@code [state][state]}. What two states have in common whatever the token; in one state,
   * its anisotropy.
   */
  double[][] ofDifferentTokens(View view) {
    double[][] sums = matrix(sums(view).directions);
    double[][] same = cosines(view);
    double[][] mean = new double[states][states];
    for (int i = 0; i < states; i++) {
      for (int j = 0; j < states; j++) {
        double all = 0;
        for (int k = 0; k < width; k++) {
          all += sums[i][k] * sums[j][k];
        }
        mean[i][j] = (all / tokens - same[i][j]) / (tokens - 1);
      }
    }
    return mean;
  }

  /** XᵢᵀXⱼ as a view scales it, i ≤ j, row-major {@code [dModel, dModel]}. */
  double[] product(View view, int i, int j) {
    NDArray[] scale = sums(view).factors;
    return Subspaces.scaled(
        products[pair(i, j)].toDoubleArray(), scale[i].toDoubleArray(), scale[j].toDoubleArray());
  }

  private static double[][] matrix(NDArray array) {
    int columns = Math.toIntExact(array.getShape().get(1));
    double[] flat = array.toDoubleArray();
    double[][] rows = new double[flat.length / columns][columns];
    for (int i = 0; i < flat.length; i++) {
      rows[i / columns][i % columns] = flat[i];
    }
    return rows;
  }

  @Override
  public void close() {
    own.close();
  }
}
