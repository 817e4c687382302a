package circuitscope.probes.geometry;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rotations and covariance similarities of a model's residual stream, by state: 0 is what enters
 * the first layer, L what leaves the last, before the final norm.
 *
 * @param toInput {@code [state]}: from the stream to the embedding of the current token
 * @param toOutput {@code [state]}: from the stream to the last state
 * @param similarity {@code [state][state]}: of covariances without their leading direction
 * @param tokens that were summed
 * @param dropped tokens left out because a value was not finite
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record StreamGeometry(
    List<Rotation> toInput,
    List<Rotation> toOutput,
    double[][] similarity,
    long tokens,
    long dropped) {
  private static final double RUN_SHARE = 0.5;

  /**
   * Runs a model over the tokens once and works out what its layers do. The decompositions run on
   * all cores, a state each.
   *
   * @throws ArithmeticException when 1 % of the tokens or more are not finite
   */
  public static StreamGeometry of(Model model, StreamTokens tokens, Progress progress) {
    Progress run = progress.step("stream", RUN_SHARE);
    run.begin(tokens.read().windows(), "sequences");
    try (StreamMoments moments = StreamMoments.of(model, tokens.batches(), run)) {
      Progress maps = progress.step("maps", 1 - RUN_SHARE);
      return of(moments, DenseAlgebra.of(moments.width()), maps);
    }
  }

  static StreamGeometry of(StreamMoments moments, DenseAlgebra algebra, Progress progress) {
    int d = moments.width();
    int states = moments.states();
    Rotation[] toInput = new Rotation[states];
    Rotation[] toOutput = new Rotation[states];
    double[][] deflated = new double[states][];
    progress.begin(states, "states");
    IntStream.range(0, states)
        .parallel()
        .forEach(
            state -> {
              progress.checkCancelled();
              double[] gram = moments.gram(state);
              toInput[state] = Rotation.of(gram, moments.toInput(state), d, algebra);
              toOutput[state] = Rotation.of(gram, moments.toOutput(state), d, algebra);
              deflated[state] = CovarianceSimilarity.deflated(gram, d, algebra);
              progress.advance(1);
            });
    return new StreamGeometry(
        List.of(toInput),
        List.of(toOutput),
        CovarianceSimilarity.of(deflated),
        moments.kept(),
        moments.dropped());
  }

  /** L + 1. */
  public int states() {
    return toInput.size();
  }

  /** Median angles in degrees, {@code [state]}. */
  public static double[] degrees(List<Rotation> rotations) {
    return rotations.stream().mapToDouble(Rotation::degrees).toArray();
  }

  /** Row-major {@code [state, d, 2]}: real and imaginary parts. */
  public static float[] eigenvalues(List<Rotation> rotations) {
    int d = rotations.getFirst().spectrum().real().length;
    float[] values = new float[rotations.size() * d * 2];
    for (int state = 0; state < rotations.size(); state++) {
      DenseAlgebra.Spectrum spectrum = rotations.get(state).spectrum();
      for (int i = 0; i < d; i++) {
        values[(state * d + i) * 2] = (float) spectrum.real()[i];
        values[(state * d + i) * 2 + 1] = (float) spectrum.imaginary()[i];
      }
    }
    return values;
  }

  /** Row-major {@code [state, state]}. */
  public float[] flatSimilarity() {
    float[] flat = new float[states() * states()];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) similarity[i / states()][i % states()];
    }
    return flat;
  }

  /**
   * Mean similarity of state 0 to the others: near 1 where the layers leave the spread as it is.
   */
  public double firstToOthers() {
    return Arrays.stream(similarity[0], 1, states()).average().orElse(Double.NaN);
  }
}
