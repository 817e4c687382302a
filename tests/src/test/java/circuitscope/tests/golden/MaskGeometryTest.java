package circuitscope.tests.golden;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.model.WeightMask;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import circuitscope.subnetworks.mask.MaskBlock;
import circuitscope.subnetworks.mask.MaskBlock.Part;
import circuitscope.subnetworks.mask.MaskBlocks;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Blocks of masks lie where the forward pass reads them, in every family. */
final class MaskGeometryTest {
  private static final List<Site> SITES =
      List.of(
          Site.of(SiteKind.Q, 0),
          Site.of(SiteKind.K, 0),
          Site.of(SiteKind.V, 0),
          Site.of(SiteKind.RESULT, 0));

  /** One of each way to store attention and MLP. */
  static List<Path> checkpoints() {
    return Stream.of(
            "gpt2",
            "gpt-neox",
            "bloom-6-heads",
            "falcon-7b",
            "falcon-40b",
            "falcon-rw-6-heads",
            "llama",
            "opt",
            "phi3-mini-4k",
            "qwen3")
        .map(Golden::folder)
        .toList();
  }

  /** Zeroing a head's block changes that head at its own site, and nothing else before it. */
  @ParameterizedTest
  @MethodSource("checkpoints")
  void zeroingABlockOfAHeadChangesThatHeadAlone(Path folder) {
    TokenBatch tokens = TokenBatch.of(new int[] {5, 3, 8, 1, 9, 2});
    try (GoldenModel golden = GoldenModel.open(folder)) {
      Model model = golden.model();
      AttentionSpec attention = model.spec().attention();
      try (Trace whole = Recorder.of(model.spec(), SITES).record(model, tokens)) {
        for (MaskBlock block : MaskBlocks.of(model).heads()) {
          if (block.layer() != 0 || block.head() < 0) {
            continue;
          }
          try (Model without = model.masked(allBut(block));
              Trace trace = Recorder.of(model.spec(), SITES).record(without, tokens)) {
            Site own = SITES.get(List.of(Part.Q, Part.K, Part.V, Part.O).indexOf(block.part()));
            int heads =
                switch (block.part()) {
                  case K, V -> attention.groups();
                  default -> attention.heads();
                };
            assertThat(changed(whole.values(own), trace.values(own), heads, width(own, model)))
                .as("%s of %s", block.label(), folder)
                .containsExactly(block.head());
            for (Site other : SITES.subList(0, 3)) {
              if (!other.equals(own)) {
                assertThat(trace.values(other)).isEqualTo(whole.values(other));
              }
            }
          }
        }
      }
    }
  }

  private static int width(Site site, Model model) {
    return site.kind() == SiteKind.RESULT
        ? model.spec().dModel()
        : model.spec().attention().dHead();
  }

  /** Heads with another value anywhere in {@code [batch, position, head, width]}. */
  private static Set<Integer> changed(float[] before, float[] after, int heads, int width) {
    Set<Integer> changed = new TreeSet<>();
    for (int i = 0; i < before.length; i++) {
      if (before[i] != after[i]) {
        changed.add(i / width % heads);
      }
    }
    return changed;
  }

  private static WeightMask allBut(MaskBlock block) {
    int columns = block.matrix().columns();
    BitSet kept = new BitSet();
    kept.set(0, block.matrix().rows() * columns);
    boolean inOut = block.matrix().inOut();
    for (MaskBlock.Range outputs : block.outputs()) {
      for (int output = outputs.from(); output < outputs.to(); output++) {
        for (int input = block.inputs().from(); input < block.inputs().to(); input++) {
          kept.clear(inOut ? input * columns + output : output * columns + input);
        }
      }
    }
    return new WeightMask(block.label(), Map.of(block.parameter(), kept));
  }

  @Test
  void thirdsAreTheReferencesReadingOfGptNeoxAndNothingElse() {
    try (GoldenModel neox = GoldenModel.open("gpt-neox");
        GoldenModel gpt2 = GoldenModel.open("gpt2")) {
      MaskBlocks right = MaskBlocks.of(neox.model());
      int d = neox.model().spec().dModel();
      int e = neox.model().spec().attention().dHead();

      assertThat(right.thirdsDiffer()).isTrue();
      assertThat(right.parts().get(1).outputs().getFirst())
          .isEqualTo(new MaskBlock.Range(e, 2 * e));
      assertThat(right.withThirds().parts().get(1).outputs())
          .containsExactly(new MaskBlock.Range(d, 2 * d));
      assertThat(MaskBlocks.of(gpt2.model()).thirdsDiffer()).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void blocksKnownFromTheConfigAreThoseOfTheModelAndCoverEveryWeightOnce(Path folder) {
    try (GoldenModel golden = GoldenModel.open(folder)) {
      MaskBlocks loaded = MaskBlocks.of(golden.model());
      MaskBlocks described = MaskBlocks.of(golden.checkpoint().config());

      assertThat(described.heads().stream().map(MaskBlock::label).toList())
          .isEqualTo(loaded.heads().stream().map(MaskBlock::label).toList());
      assertThat(described.heads().stream().map(MaskBlock::outputs).toList())
          .isEqualTo(loaded.heads().stream().map(MaskBlock::outputs).toList());
      long maskable =
          golden.model().weights().maskable().stream()
              .mapToLong(weight -> weight.array().size())
              .sum();
      assertThat(loaded.heads().stream().mapToLong(MaskBlock::size).sum()).isEqualTo(maskable);
      assertThat(loaded.parts().stream().mapToLong(MaskBlock::size).sum()).isEqualTo(maskable);
    }
  }
}
