package circuitscope.probes.seed.adjacency;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.Generator;
import circuitscope.probes.model.Model;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.seed.report.ProbeResult;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How well the candidates of a token's last occurrence draft for its next (Luo et al. 2024,
 * "Turning Trash into Treasure", Token Recycling).
 *
 * <p>A table M of V × k holds, for each token, the model's top k where it last stood; hit@r is the
 * share of positions whose top token is among the first r of M[x_t]. On the model's own greedy
 * continuations a tree of drafts is tried, and accepted tokens a call are counted; updates come
 * from accepted positions only, where the paper also takes those of rejected branches.
 */
public final class AdjacencyAnalysis
    implements Analysis<AdjacencyAnalysis.Parameters, ProbeResult> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Candidates a token, k", byDefault = "8", min = 1, max = 64) int k,
      @Param(help = "Tree: largest product of ranks on a path", byDefault = "8", min = 1)
          int budget,
      @Param(help = "Tree: longest path", byDefault = "5", min = 1, unit = "tokens") int depth,
      @Param(help = "Counts file of 'bigrams count' to compare with", optional = true)
          @Nullable Path bigrams,
      @Param(help = "Tokens a window", byDefault = "256", min = 8, unit = "tokens") int length,
      @Param(help = "Windows replayed", byDefault = "32", min = 2, unit = "windows") int windows,
      @Param(help = "Later windows whose first half is written on", byDefault = "8", min = 2)
          int continued,
      @Param(help = "Tokens written on to each, at most half a window", byDefault = "64", min = 8)
          int written,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {

    public Parameters {
      if (written > length / 2 || depth + 2 > written) {
        throw new IllegalArgumentException(
            "written: %d tokens; expected more than a path of %d, and at most half a window of %d"
                .formatted(written, depth + 1, length));
      }
      if (budget > k) {
        throw new IllegalArgumentException(
            "budget: a tree with ranks up to %d needs as many candidates, and k is %d"
                .formatted(budget, k));
      }
    }
  }

  @Override
  public String id() {
    return "probe.adjacency";
  }

  @Override
  public String title() {
    return "Token recycling";
  }

  @Override
  public String description() {
    return "How well a table of each token's last candidates drafts its next tokens, by rank, age"
        + " and layer, beside bigram counts, followers in context and the most frequent"
        + " tokens (Luo et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out adjacency";
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
    BigramTable table = p.bigrams() == null ? null : BigramTable.open(p.bigrams());
    try {
      if (table != null) {
        if (subject.tokenizer() != null) {
          table.checkTokenizer(subject.tokenizer());
        }
        table.checkVocabulary(subject.model().spec().vocab(), subject.model().identity().origin());
      }
      return run(subject, p, replays(subject.model(), p.k(), table), progress);
    } finally {
      if (table != null) {
        table.close();
      }
    }
  }

  /** The model's own table first, then the lens's by layer, the others, and the null last. */
  private static List<Replay> replays(Model model, int k, @Nullable BigramTable table) {
    List<Replay> replays = new ArrayList<>();
    replays.add(new Replay(Follower.recycled("recycled"), k));
    for (int layer = 0; layer + 1 < model.spec().layers(); layer++) {
      replays.add(new Replay(Follower.recycled("recycled, lens L" + layer), k));
    }
    replays.add(new Replay(Follower.counted(k), k));
    if (table != null) {
      replays.add(new Replay(Follower.table(table, k), k));
    }
    replays.add(new Replay(Follower.inContext(k), k));
    replays.add(new Replay(Follower.frequent(k), k));
    return replays;
  }

  private static ProbeResult run(
      Subject subject, Parameters p, List<Replay> replays, Progress progress) {
    Model model = subject.model();
    TextWindows text = TextWindows.read(subject, p.length(), p.windows() + p.continued());
    int continued = Math.min(p.continued(), text.rows().length / 2);
    int read = text.rows().length - continued;
    List<List<Replay.Hits>> hits = new ArrayList<>();
    List<List<List<Long>>> drafts = new ArrayList<>();
    replays.forEach(
        replay -> {
          hits.add(new ArrayList<>());
          drafts.add(new ArrayList<>());
        });
    DraftTree tree = new DraftTree(p.budget(), p.depth());
    progress.begin(text.rows().length, "windows");
    for (int window = 0; window < text.rows().length; window++) {
      boolean writes = window >= read;
      int from = p.length() / 2;
      int[] ids = writes ? written(model, text.rows()[window], from, p) : text.rows()[window];
      int[][][] top = TopTokens.of(model, ids, p.k());
      int last = top.length - 1;
      int[] wanted = Arrays.stream(top[last]).mapToInt(ranks -> ranks[0]).toArray();
      for (int i = 0; i < replays.size(); i++) {
        int[][] learned = i > 0 && i <= last ? top[i - 1] : top[last];
        if (writes) {
          drafts.get(i).add(replays.get(i).draft(ids, learned, from, tree));
        } else {
          hits.get(i).add(replays.get(i).read(ids, learned, wanted));
        }
      }
      progress.advance(1);
    }
    List<String> names = replays.stream().map(Replay::name).toList();
    return new AdjacencyReport(names, hits, drafts, p, model.spec().vocab(), text.read()).result();
  }

  private static int[] written(Model model, int[] row, int from, Parameters p) {
    int[] prompt = Arrays.copyOf(row, from);
    int[] next =
        new Generator(model)
            .generate(
                prompt, p.written(), Generator.Sampling.GREEDY, token -> false, token -> true);
    int[] joined = Arrays.copyOf(prompt, from + next.length);
    System.arraycopy(next, 0, joined, from, next.length);
    return joined;
  }
}
