package circuitscope.heads.composition;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.HeadName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How much later heads read of what earlier heads write, from the weights alone (Elhage et al.
 * 2021, "A Mathematical Framework for Transformer Circuits").
 *
 * <p>Every pair's score stands beside {@link RotationNull chance}; Q-composition that goes through
 * learned positions is apart. K-composition of previous-token heads with induction heads is listed:
 * the circuit of Olsson et al. 2022. A high score says that a path is open, not that it is used.
 */
public final class CompositionAnalysis
    implements Analysis<CompositionAnalysis.Parameters, ComposeResult> {
  /** Attention on random tokens above which a head counts as previous-token or induction head. */
  private static final double FOUND = 0.4;

  /** Rows of random tokens for that, and tokens in their blocks. */
  private static final int ROWS = 4;

  private static final int PERIOD = 32;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Fold the gains of the norms into the matrices beside them; scales, biases and"
                      + " rotary are never in them",
              byDefault = "no")
          boolean foldNorm,
      @Param(
              help =
                  "Previous-token heads, such as L0H1; found by their attention to random tokens"
                      + " when not given",
              optional = true)
          List<String> previous,
      @Param(help = "Induction heads, likewise", optional = true) List<String> induction,
      @Param(
              help = "Strongest pairs listed of each mode",
              byDefault = "20",
              min = 1,
              unit = "pairs")
          int top,
      @Param(help = "Seed of the random tokens", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "heads.compose";
  }

  @Override
  public String title() {
    return "Composition of heads";
  }

  @Override
  public String description() {
    return "How much the queries, keys and values of later heads read of what earlier heads write,"
        + " from the weights, beside random rotation (Elhage et al. 2021).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --out compose";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public ComposeResult run(Subject subject, Parameters p, Progress progress) {
    var spec = subject.model().spec();
    List<HeadName> previous = named(p.previous(), subject);
    List<HeadName> induction = named(p.induction(), subject);
    if (previous.isEmpty() || induction.isEmpty()) {
      progress.step("attention", 0.1);
      OffsetAttention attention = OffsetAttention.of(subject, ROWS, PERIOD, p.seed());
      previous = previous.isEmpty() ? attention.above(attention.previous(), FOUND) : previous;
      induction = induction.isEmpty() ? attention.above(attention.induction(), FOUND) : induction;
    }
    Composition composition =
        Composition.of(subject.model(), p.foldNorm(), progress.step("composition", 1));
    Map<CompositionMode, List<CompositionEdge>> strongest = new LinkedHashMap<>();
    for (CompositionMode mode : composition.modes()) {
      strongest.put(mode, strongest(composition.edges(mode), p.top()));
    }
    return new ComposeResult(
        spec.layers(),
        spec.attention().heads(),
        composition.chance().expected(),
        strongest,
        previous,
        induction,
        circuit(composition, previous, induction),
        protocol(p),
        composition);
  }

  private static List<HeadName> named(List<String> names, Subject subject) {
    return names.stream()
        .map(name -> HeadName.parse(name).checked(subject.model().spec()))
        .toList();
  }

  private static List<CompositionEdge> strongest(List<CompositionEdge> edges, int top) {
    return edges.stream()
        .sorted(Comparator.comparingDouble((CompositionEdge edge) -> -edge.score()))
        .limit(top)
        .toList();
  }

  /** K-composition of the two kinds, each edge with its rank among all into that later head. */
  private static List<ComposeResult.Ranked> circuit(
      Composition composition, List<HeadName> previous, List<HeadName> induction) {
    List<ComposeResult.Ranked> ranked = new ArrayList<>();
    List<CompositionEdge> all = composition.edges(CompositionMode.K);
    for (HeadName later : induction) {
      List<CompositionEdge> into = all.stream().filter(e -> e.later().equals(later)).toList();
      into.stream()
          .filter(edge -> previous.contains(edge.earlier()))
          .forEach(
              edge ->
                  ranked.add(
                      new ComposeResult.Ranked(
                          edge,
                          1 + (int) into.stream().filter(e -> e.score() > edge.score()).count(),
                          into.size())));
    }
    ranked.sort(Comparator.comparingDouble(one -> -one.edge().score()));
    return ranked;
  }

  private static Map<String, Object> protocol(Parameters p) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "circuitscope-composition/1");
    protocol.put("score", "|L R|_F / (|L|_F |R|_F), earlier layer before later layer");
    protocol.put(
        "norms",
        p.foldNorm()
            ? "gains and centring folded in, scales left out"
            : "not folded: matrices as stored");
    protocol.put("left_out", "biases; rotary (QK of a token with itself); attention itself");
    protocol.put(
        "chance",
        "rotations uniform over O(dModel): E[score^2] = 1/dModel for every pair, variance in closed"
            + " form; interval: mean +- 1.96 deviations of score^2");
    protocol.put(
        "previous_and_induction",
        "as given, else mean attention above %s at offset 1 and at the follower, on %d rows of a block of up to %d random tokens given twice, seed %d"
            .formatted(FOUND, ROWS, PERIOD, p.seed()));
    return protocol;
  }
}
