package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.InvalidParametersException;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.compose.ComposeAnalysis;
import circuitscope.subnetworks.compose.ComposeResult;
import circuitscope.subnetworks.compose.FirstOrder;
import circuitscope.subnetworks.compose.TokenChanges;
import circuitscope.subnetworks.compose.Unit;
import circuitscope.subnetworks.compose.Units;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Composition on the tiny model of {@code golden/mask_training.py}. */
final class ComposeTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");
  private static final Path BIGRAMS = FOLDER.resolve("bigrams.safetensors");

  @TempDir Path temporary;
  private Checkpoint checkpoint;
  private Model model;
  private TokenInput.Ids tokens;
  private Path start;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model = Model.load(checkpoint, ComputeDevice.CPU, Precision.FP64, LoadProgress.NONE);
    tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
    start = temporary.resolve("start.safetensors");
    MaskFile.write(start, everyFifth());
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  @Test
  void everyUnitGivenBackIsTheFullModelAndTheMasksAreSaved() throws IOException {
    ComposeResult result = compose(Map.of("add", "L1.mlp,L0.attn,L1.attn,L0.mlp"));

    ComposeResult.Step last = result.steps().getLast();
    assertThat(last.share()).isEqualTo(1);
    assertThat(last.lossNats()).isEqualTo(result.fullLossNats());
    assertThat(last.pearsonClamp()).isEqualTo(result.fullPearsonClamp());
    assertThat(MaskFile.read(temporary.resolve("composed.safetensors")).digest())
        .isEqualTo(last.digest());
    assertThat(MaskFile.read(Path.of(result.steps().get(2).file())).digest())
        .isEqualTo(result.steps().get(2).digest());
  }

  @Test
  void tokensHelpedAndHurtGoTheirWayAndTheLossIsTheirSum() {
    ComposeResult result = compose(Map.of("add", "L0.mlp"));
    ComposeResult.Step step = result.steps().getLast();
    TokenChanges changes = step.tokens();

    double sum = 0;
    int places = 0;
    for (List<TokenChanges.Token> list : List.of(changes.helped(), changes.hurt())) {
      for (TokenChanges.Token token : list) {
        sum += token.totalNats();
        places += token.places();
      }
    }
    assertThat(step.changeNats().value())
        .isCloseTo(
            step.lossNats().value() - result.steps().getFirst().lossNats().value(), within(1e-9));
    assertThat(Math.signum(sum)).isEqualTo(Math.signum(step.changeNats().value()));
    assertThat(places).isPositive();
    assertThat(changes.helped()).isNotEmpty().allMatch(token -> token.totalNats() < 0);
    assertThat(changes.helped().getFirst().totalNats())
        .isLessThanOrEqualTo(changes.helped().getLast().totalNats());
  }

  @Test
  void greedyTakesTheUnitOfLeastLossOnTheSequencesSetAside() throws IOException {
    ComposeResult result =
        compose(Map.of("greedy", "layers", "steps", "2", "search-sequences", "3"));
    Mask mask = MaskFile.read(start);
    Units units = Units.of(model);
    List<TokenBatch> aside = List.of(rows(3));
    for (ComposeResult.Step step : result.steps().subList(1, 3)) {
      String best = null;
      double least = Double.POSITIVE_INFINITY;
      for (Unit unit : units.all(Units.Kind.LAYERS)) {
        Mask tried = units.added(mask, List.of(unit));
        double loss = tried.digest().equals(mask.digest()) ? Double.NaN : loss(tried, aside);
        if (loss < least) {
          least = loss;
          best = unit.toString();
        }
      }
      assertThat(step.unit()).isEqualTo(best);
      assertThat(step.searchLossNats()).isCloseTo(least, within(1e-9));
      mask = units.added(mask, List.of(Unit.parse(step.unit())));
    }
    assertThat(result.steps().get(1).tried()).isEqualTo(4);
    assertThat(result.searchSequences()).isEqualTo(3);
  }

  /** Central difference of the loss along the missing weights of a unit, in FP64. */
  @Test
  void firstOrderIsTheSlopeOfTheLoss() throws IOException {
    Mask mask = MaskFile.read(start);
    Units units = Units.of(model);
    List<TokenBatch> text = List.of(rows(4));
    List<Unit> all =
        List.of(
            Unit.parse("L0H0"), Unit.parse("L1N3"), Unit.parse("L1.mlp"), Unit.parse("L0.attn"));
    Map<Unit, Double> falls = new FirstOrder(model, units).falls(mask, all, text);
    double h = 1e-4;
    for (Unit unit : all) {
      Mask missing = MaskAlgebra.difference(units.added(mask, List.of(unit)), mask);
      double slope = (partly(mask, missing, h, text) - partly(mask, missing, -h, text)) / (2 * h);
      // FP32 copies of the slopes on the host, and h² of the difference
      assertThat(falls.get(unit)).as(unit.toString()).isCloseTo(-slope, within(2e-6));
    }
    assertThat(new FirstOrder(model, units).best(mask, all, text, 1).getFirst())
        .isEqualTo(falls.entrySet().stream().max(Map.Entry.comparingByValue()).get().getKey());
  }

  @Test
  void aListAndGreedyExcludeEachOtherAndUnknownUnitsAreNamed() {
    assertThatThrownBy(() -> compose(Map.of()))
        .isInstanceOf(InvalidParametersException.class)
        .hasMessageContaining("--add");
    assertThatThrownBy(() -> compose(Map.of("add", "L0H77")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("L0H77");
    assertThatThrownBy(() -> compose(Map.of("greedy", "heads", "search-sequences", "100000")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("set aside");
  }

  private ComposeResult compose(Map<String, String> with) {
    Map<String, String> written = new HashMap<>(with);
    written.put("mask", start.toString());
    written.put("bigrams", BIGRAMS.toString());
    written.put("length", "16");
    written.put("max-sequences", "8");
    written.put("batch", "4");
    return new ComposeAnalysis()
        .run(
            new Subject(model, null, tokens, temporary),
            ParameterSpec.of(ComposeAnalysis.Parameters.class).read(written),
            Progress.silent());
  }

  private TokenBatch rows(int count) {
    int[][] rows = new int[count][];
    for (int i = 0; i < count; i++) {
      rows[i] = java.util.Arrays.copyOf(tokens.rows()[i], 16);
    }
    return TokenBatch.of(rows);
  }

  private double loss(Mask mask, List<TokenBatch> text) {
    try (Model masked = model.masked(mask.weightMask())) {
      return mean(masked, text);
    }
  }

  private static double mean(Model of, List<TokenBatch> text) {
    double sum = 0;
    int count = 0;
    for (TokenBatch batch : text) {
      for (float[] row : of.tokenLosses(batch, Taps.NONE)) {
        for (float nats : row) {
          sum += nats;
          count++;
        }
      }
    }
    return sum / count;
  }

  /** The loss in FP64 with a part h of the missing weights. */
  private double partly(Mask mask, Mask missing, double h, List<TokenBatch> text) {
    try (Model base = model.masked(mask.weightMask());
        Model extra = model.masked(missing.weightMask());
        NDManager scope = model.newManager()) {
      Map<String, NDArray> sums = new HashMap<>();
      for (String name : mask.matrices().keySet()) {
        NDArray sum =
            base.weights().named(name).array().add(extra.weights().named(name).array().mul(h));
        sum.attach(scope);
        sums.put(name, sum);
      }
      try (Model partly =
          base.with((weight, run) -> sums.getOrDefault(weight.name(), weight.array()))) {
        double total = 0;
        long count = 0;
        for (TokenBatch batch : text) {
          try (NDManager run = scope.newSubManager()) {
            NDArray logits = partly.logits(batch, Taps.NONE, null, run).logSoftmax(-1);
            for (int row = 0; row < batch.batch(); row++) {
              for (int i = 0; i + 1 < batch.positions(); i++) {
                total -= logits.getDouble(row, i, batch.ids()[row][i + 1]);
                count++;
              }
            }
          }
        }
        return total / count;
      }
    }
  }

  private Mask everyFifth() {
    List<MaskMatrix> matrices =
        model.weights().maskable().stream()
            .map(
                weight -> {
                  long[] shape = weight.array().getShape().getShape();
                  BitSet bits = new BitSet();
                  for (int i = 0; i < weight.array().size(); i += 5) {
                    bits.set(i);
                  }
                  return new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], bits);
                })
            .toList();
    return Mask.of("every fifth", matrices, MaskProvenance.NONE);
  }
}
