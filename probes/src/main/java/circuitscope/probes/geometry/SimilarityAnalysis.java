package circuitscope.probes.geometry;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.geometry.StateScales.View;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * How alike the states of the residual stream are from layer to layer: cosines, linear CKA and its
 * debiased form, effective rank, anisotropy, and as companions the Procrustes residual and
 * principal angles.
 *
 * <p>Everything comes in three views, since a few massive dimensions else decide it (Timkey and van
 * Schijndel 2021): raw, z-scored a dimension and state, and without the massive dimensions. CKA
 * does not see a rotation of a state; cosines, angles and the covariance similarity of {@link
 * RotationAnalysis} do.
 */
public final class SimilarityAnalysis
    implements Analysis<SimilarityAnalysis.Parameters, SimilarityResult> {
  /** Groups of batches, whose spread gives the intervals. */
  private static final int GROUPS = 10;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a sequence", byDefault = "128", min = 2, unit = "tokens") int length,
      @Param(help = "Sequences run at once", byDefault = "8", min = 1, unit = "sequences")
          int batch,
      @Param(help = "Stop after so many sequences", byDefault = "256", min = 1, unit = "sequences")
          long maxSequences,
      @Param(help = "Leave out the first token of each sequence", byDefault = "false")
          boolean dropFirst,
      @Param(
              help = "A dimension is massive beyond this multiple of the median root mean square",
              byDefault = "10",
              min = 1)
          double massive,
      @Param(help = "Leading directions for principal angles", byDefault = "10", min = 1)
          int directions) {}

  @Override
  public String id() {
    return "residual.similarity";
  }

  @Override
  public String title() {
    return "Similarity of the stream's states";
  }

  @Override
  public String description() {
    return "How alike the residual stream is from layer to layer: cosines, CKA, effective rank,"
        + " anisotropy; raw, z-scored and without massive dimensions.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --max-sequences 256";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public SimilarityResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    StreamTokens tokens =
        StreamTokens.read(
            subject, p.length(), p.batch(), p.maxSequences(), progress.step("reading text", 0.05));
    Progress scaling = progress.step("scales", 0.15);
    scaling.begin(tokens.read().windows(), "sequences");
    StateScales scales =
        StateScales.of(model, tokens.batches(), p.dropFirst(), p.massive(), scaling);
    Progress reading = progress.step("stream", 0.6);
    reading.begin(tokens.read().windows(), "sequences");
    Map<View, List<Similarities.Numbers>> groups = new EnumMap<>(View.class);
    try (SimilaritySums whole = new SimilaritySums(model, scales)) {
      for (List<TokenBatch> group : grouped(tokens.batches())) {
        try (SimilaritySums part = new SimilaritySums(model, scales)) {
          for (TokenBatch batch : group) {
            add(model, batch, p.dropFirst(), part);
            reading.advance(batch.batch());
          }
          whole.add(part);
          numbers(part)
              .forEach(
                  (view, one) -> groups.computeIfAbsent(view, v -> new ArrayList<>()).add(one));
        }
      }
      Progress solving = progress.step("decompositions", 0.2);
      solving.begin(View.values().length, "views");
      List<Similarities> views = new ArrayList<>();
      Map<View, Similarities.Numbers> numbers = numbers(whole);
      for (View view : View.values()) {
        views.add(
            Similarities.of(
                view,
                Objects.requireNonNull(numbers.get(view)),
                groups.getOrDefault(view, List.of()),
                steps(whole, scales, view, p)));
        solving.advance(1);
      }
      return SimilarityResult.of(views, scales, tokens.read(), p);
    }
  }

  private static void add(Model model, TokenBatch batch, boolean dropFirst, SimilaritySums sums) {
    try (var scope = model.newManager()) {
      sums.add(StateReader.read(model, batch, dropFirst, scope));
    }
  }

  /** Consecutive batches in groups of nearly one size. */
  private static List<List<TokenBatch>> grouped(List<TokenBatch> batches) {
    int count = Math.min(GROUPS, batches.size());
    return IntStream.range(0, count)
        .mapToObj(
            g -> batches.subList(g * batches.size() / count, (g + 1) * batches.size() / count))
        .toList();
  }

  private static Map<View, Similarities.Numbers> numbers(SimilaritySums sums) {
    Map<View, Similarities.Numbers> numbers = new EnumMap<>(View.class);
    for (View view : View.values()) {
      double[][] grams =
          IntStream.range(0, sums.states())
              .mapToObj(state -> sums.product(view, state, state))
              .toArray(double[][]::new);
      double[] ranks =
          IntStream.range(0, grams.length)
              .parallel()
              .mapToDouble(
                  state ->
                      Subspaces.effectiveRank(
                          DenseAlgebra.ofMany(sums.width())
                              .symmetric(grams[state], sums.width())
                              .values()))
              .toArray();
      numbers.put(view, Similarities.Numbers.of(sums, view, ranks));
    }
    return numbers;
  }

  private static List<Similarities.Step> steps(
      SimilaritySums sums, StateScales scales, View view, Parameters p) {
    int d = sums.width();
    int kept = d - (view == View.WITHOUT_MASSIVE ? scales.massive().cardinality() : 0);
    int k = Math.min(p.directions(), kept);
    DenseAlgebra algebra = DenseAlgebra.ofMany(d);
    List<Similarities.Step> steps = new ArrayList<>();
    double[] gram = sums.product(view, 0, 0);
    double[] vectors = algebra.symmetric(gram, d).vectors();
    for (int state = 0; state + 1 < sums.states(); state++) {
      double[] nextGram = sums.product(view, state + 1, state + 1);
      double[] nextVectors = algebra.symmetric(nextGram, d).vectors();
      double[] angles = Subspaces.principalAngles(vectors, nextVectors, d, k);
      double[] singular = algebra.singularValues(sums.product(view, state, state + 1), d);
      steps.add(
          new Similarities.Step(
              Subspaces.procrustes(
                  singular,
                  Math.sqrt(Subspaces.trace(gram, d)),
                  Math.sqrt(Subspaces.trace(nextGram, d))),
              Arrays.stream(angles).average().orElseThrow(),
              angles[angles.length - 1]));
      gram = nextGram;
      vectors = nextVectors;
    }
    return steps;
  }
}
