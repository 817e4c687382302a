package circuitscope.probes.seed.recycling;

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
import java.util.Collections;
import java.util.List;

/**
 * How well the top-K keys of one step serve later steps (Xu, Goyal and Choi 2024, "Recycled
 * Attention").
 *
 * <p>R(s, K) is the mean over queries u of the attention that falls on topK(A_{u−s}), per head. It
 * stands beside the oracle topK(A_u), the first keys and the last of equal size, and K keys drawn
 * at random, with key 0 and without it; the cosine of the two queries is tried as a predictor.
 */
public final class RecyclingAnalysis
    implements Analysis<RecyclingAnalysis.Parameters, ProbeResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Keys in a set, K", byDefault = "8,32", min = 1, unit = "keys")
          List<Integer> keys,
      @Param(
              help = "Steps since the set was chosen, s",
              byDefault = "1,2,4,8,16,32,64",
              min = 1,
              unit = "tokens")
          List<Integer> distances,
      @Param(help = "First keys in the set of first and last keys", byDefault = "4", min = 0)
          int sinks,
      @Param(help = "Tokens a window", byDefault = "256", min = 4, unit = "tokens") int length,
      @Param(help = "Windows at most", byDefault = "16", min = 2, unit = "windows") int windows,
      @Param(help = "Seed of the bootstrap and of shuffled cosines", byDefault = "0") long seed) {

    public Parameters {
      if (keys.isEmpty() || distances.isEmpty()) {
        throw new IllegalArgumentException("keys and distances: give at least one of each");
      }
      keys = keys.stream().sorted().distinct().toList();
      distances = distances.stream().sorted().distinct().toList();
      if (sinks > keys.getFirst()) {
        throw new IllegalArgumentException(
            "sinks: %d first keys do not fit into a set of %d; lower --sinks"
                .formatted(sinks, keys.getFirst()));
      }
      if (firstQuery(keys, distances) >= length) {
        throw new IllegalArgumentException(
            "length: windows of %d tokens hold no query that is %d tokens and a set of %d from the start; raise --length"
                .formatted(length, distances.getLast(), keys.getLast()));
      }
    }

    /**
     * All sets have K keys to choose from at every distance, and all distances the same queries.
     */
    static int firstQuery(List<Integer> keys, List<Integer> distances) {
      return Collections.max(keys) + Collections.max(distances);
    }

    Recovery.Plan plan() {
      return new Recovery.Plan(distances, keys, sinks, firstQuery(keys, distances));
    }
  }

  @Override
  public String id() {
    return "probe.recycling";
  }

  @Override
  public String title() {
    return "Recycled attention";
  }

  @Override
  public String description() {
    return "How much attention the top-K keys of one step recover at later steps, per head, with"
        + " and without the first token, beside the oracle, first and last keys, and chance (Xu et"
        + " al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --keys 8,32 --out recycling";
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
    RecyclingSums sums = new RecyclingSums(spec, p.plan(), rows.length, p.seed());
    int atOnce = PatternReader.rowsAtOnce(spec, p.length(), 4);
    progress.begin(rows.length, "windows");
    for (int from = 0; from < rows.length; from += atOnce) {
      int first = from;
      int[][] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + atOnce));
      AttentionReader reader = new AttentionReader(spec, false, layer -> sums.add(layer, first));
      subject.model().run(TokenBatch.of(part), reader);
      progress.advance(part.length);
    }
    return new RecyclingReport(sums, p, text.read()).result();
  }
}
