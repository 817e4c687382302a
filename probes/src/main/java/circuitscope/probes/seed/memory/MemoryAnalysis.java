package circuitscope.probes.seed.memory;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.seed.report.ProbeResult;
import org.jspecify.annotations.Nullable;

/**
 * What a block of far context is worth to a segment of text (after He et al. 2024, "HMT", and Wang
 * et al. 2023, "LongMem"; the probe is this product's own).
 *
 * <p>gain(d) = NLL(segment | recent) − NLL(segment | block at distance d + recent). The block
 * stands right before the recent tokens, so positions are not those it had; the window's first
 * token stays in front of everything, so that a sink is always there.
 */
public final class MemoryAnalysis implements Analysis<MemoryAnalysis.Parameters, ProbeResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens of the segment", byDefault = "32", min = 1, unit = "tokens")
          int segment,
      @Param(help = "Recent tokens before it", byDefault = "32", min = 1, unit = "tokens")
          int recent,
      @Param(help = "Tokens of a block", byDefault = "32", min = 1, unit = "tokens") int block,
      @Param(
              help = "Layer whose queries and keys find the block; without it the middle one",
              optional = true,
              min = 0)
          @Nullable Integer layer,
      @Param(help = "Tokens a window", byDefault = "512", min = 8, unit = "tokens") int length,
      @Param(help = "Windows at most", byDefault = "32", min = 2, unit = "windows") int windows,
      @Param(help = "Seed of random blocks and the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      if (1 + segment + recent + 2 * block > length) {
        throw new IllegalArgumentException(
            "length: a window of %d tokens holds no two blocks of %d before %d recent tokens and a segment of %d; raise --length"
                .formatted(length, block, recent, segment));
      }
    }

    /** Blocks between the first token and the recent ones. */
    int blocks() {
      return (length - segment - recent - 1) / block;
    }

    /** Where the block of rank d (1 the nearest) begins. */
    int start(int d) {
      return length - segment - recent - d * block;
    }
  }

  @Override
  public String id() {
    return "probe.memory";
  }

  @Override
  public String title() {
    return "Worth of far context";
  }

  @Override
  public String description() {
    return "How much a block of far context lowers the loss of a segment, by distance, when it is"
        + " found by key similarity, drawn at random, or is the one just before; and how much"
        + " attention it draws, per head (after HMT and LongMem).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out memory";
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
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    int layers = subject.model().spec().layers();
    int layer = p.layer() == null ? layers / 2 : p.layer();
    if (layer >= layers) {
      throw new IllegalArgumentException(
          "layer: there is no layer %d; this model has 0 to %d".formatted(layer, layers - 1));
    }
    TextWindows text = TextWindows.read(subject, p.length(), p.windows());
    MemoryRuns runs = new MemoryRuns(subject.model(), text.rows(), p, layer);
    progress.begin(text.rows().length, "windows");
    for (int window = 0; window < text.rows().length; window++) {
      runs.measure(window);
      progress.advance(1);
    }
    return new MemoryReport(runs, p, layer, text.read()).result();
  }
}
