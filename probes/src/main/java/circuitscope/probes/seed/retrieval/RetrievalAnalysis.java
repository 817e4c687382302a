package circuitscope.probes.seed.retrieval;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.seed.attention.AttentionReader;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.trace.PatternReader;
import java.util.Arrays;
import java.util.List;

/**
 * How much of the attention to far tokens lies in the blocks that would be fetched for it (Xiao et
 * al. 2024, "InfLLM").
 *
 * <p>recall@n is the attention in the n most relevant blocks over the attention in all blocks,
 * which are what lies between the initial tokens and the local window. The model itself runs in
 * full; nothing is withheld from it.
 */
public final class RetrievalAnalysis
    implements Analysis<RetrievalAnalysis.Parameters, ProbeResult> {

  /** Which queries and keys are compared. */
  public enum Compared {
    /** As they are before rotary: distances do not turn them. */
    BEFORE_ROTARY,
    /** As the model compares them, turned by their true positions. */
    AFTER_ROTARY
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a block", byDefault = "16", min = 1, unit = "tokens") int block,
      @Param(help = "Representative tokens a block, r_k", byDefault = "4", min = 1)
          int representatives,
      @Param(help = "Blocks fetched, n", byDefault = "1,2,4,8", min = 1, unit = "blocks")
          List<Integer> blocks,
      @Param(help = "Initial tokens, always seen", byDefault = "16", min = 1, unit = "tokens")
          int initial,
      @Param(help = "Local window before the queries", byDefault = "128", min = 1, unit = "tokens")
          int local,
      @Param(help = "Queries that fetch together", byDefault = "16", min = 1, unit = "tokens")
          int chunk,
      @Param(help = "Queries and keys compared", byDefault = "before-rotary") Compared compared,
      @Param(help = "Tokens a window", byDefault = "512", min = 4, unit = "tokens") int length,
      @Param(help = "Windows at most", byDefault = "16", min = 2, unit = "windows") int windows,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      if (blocks.isEmpty()) {
        throw new IllegalArgumentException("blocks: give at least one number of blocks");
      }
      blocks = blocks.stream().sorted().distinct().toList();
      if (representatives > block) {
        throw new IllegalArgumentException(
            "representatives: %d of a block of %d tokens".formatted(representatives, block));
      }
      int first = new BlockRecall.Plan(block, 1, initial, local, chunk, blocks).firstChunk();
      if (first + chunk > length) {
        throw new IllegalArgumentException(
            "length: choosing %d blocks and more needs windows of at least %d tokens, got %d; raise --length or lower --local"
                .formatted(blocks.getLast(), first + chunk, length));
      }
    }

    BlockRecall.Plan plan() {
      return new BlockRecall.Plan(block, representatives, initial, local, chunk, blocks);
    }
  }

  @Override
  public String id() {
    return "probe.retrieval";
  }

  @Override
  public String title() {
    return "Block retrieval";
  }

  @Override
  public String description() {
    return "How much far attention lies in the blocks that the queries would fetch by their"
        + " representative tokens, beside random and last blocks (Xiao et al. 2024, InfLLM).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out retrieval";
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
    DecoderSpec spec = subject.model().spec();
    TextWindows text = TextWindows.read(subject, p.length(), p.windows());
    int[][] rows = text.rows();
    int groups = spec.attention().groups();
    BlockRecall[][] byWindow = new BlockRecall[rows.length][spec.layers() * groups];
    int atOnce = PatternReader.rowsAtOnce(spec, p.length(), 4);
    boolean rotated = p.compared() == Compared.AFTER_ROTARY;
    progress.begin(rows.length, "windows");
    for (int from = 0; from < rows.length; from += atOnce) {
      int first = from;
      int[][] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + atOnce));
      AttentionReader reader =
          new AttentionReader(
              spec,
              rotated,
              layer -> {
                for (int i = 0; i < layer.rows() * groups; i++) {
                  byWindow[first + i / groups][layer.layer() * groups + i % groups] =
                      BlockRecall.of(layer, i / groups, i % groups, p.plan());
                }
              });
      subject.model().run(TokenBatch.of(part), reader);
      progress.advance(part.length);
    }
    return new RetrievalReport(byWindow, spec, p, text.read()).result();
  }
}
