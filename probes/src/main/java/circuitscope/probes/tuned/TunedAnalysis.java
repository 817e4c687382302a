package circuitscope.probes.tuned;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a tuned lens is worth on text that it was not trained on, beside the logit lens: KL to the
 * model's final distribution and loss of the next token, by layer (Belrose et al. 2023).
 *
 * <p>The tuned lens is a strong probe: from the embeddings alone (layer 0) it gives almost the
 * bigram statistics (Chang and Bergen 2025), so a low loss early need not be the model's own.
 */
public final class TunedAnalysis
    implements Analysis<TunedAnalysis.Parameters, TunedAnalysis.Judged> {

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Lens files of 'residual tune'; without any, the logit lens alone",
              optional = true)
          List<Path> tuned,
      @Param(help = "Take lenses that were trained for other weights", byDefault = "false")
          boolean otherWeights,
      @Param(help = "Tokens a window", byDefault = "256", min = 2, unit = "tokens") int length,
      @Param(help = "Windows run at once", byDefault = "8", min = 1, unit = "windows") int batch,
      @Param(help = "Stop after so many windows", byDefault = "128", min = 1, unit = "windows")
          long maxWindows,
      @Param(help = "Seed of the bootstrap intervals", byDefault = "0") long seed) {}

  /** The answer. */
  public record Judged(LensScores scores, TokensRead input) implements Result {
    @Override
    public String summary() {
      return scores.summary();
    }

    @Override
    public Map<String, Object> protocol() {
      return protocolOf();
    }

    @Override
    public TokensRead tokensRead() {
      return input;
    }

    @Override
    public List<Figure> figures() {
      return scores.figures();
    }

    @Override
    public List<DataTable> tables() {
      return scores.tables();
    }
  }

  static Map<String, Object> protocolOf() {
    return Map.of(
        "layer", "what enters that layer; 0 is the embeddings",
        "norm", "final norm, statistics computed afresh at each layer",
        "kl", "KL(final || lens), mean over positions with a token after them",
        "interval", "95 % percentile bootstrap over windows");
  }

  @Override
  public String id() {
    return "residual.tuned";
  }

  @Override
  public String title() {
    return "Tuned lens on a text";
  }

  @Override
  public String description() {
    return "How near lenses are to the model's final distribution, by layer, on held-out text: the"
        + " logit lens beside tuned ones (Belrose et al. 2023).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file held-out.txt --tuned lens/tuned-lens.safetensors";
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
  public Judged run(Subject subject, Parameters p, Progress progress) {
    Map<String, TunedLens> lenses = new LinkedHashMap<>();
    try {
      for (Path file : p.tuned()) {
        TunedLens lens = TunedLens.open(file, subject.model(), p.otherWeights());
        TunedLens same = lenses.put(name(lens, file, lenses), lens);
        if (same != null) {
          same.close();
        }
      }
      LensJudge judge = new LensJudge(subject.model(), lenses);
      TokensRead read = judge.read(subject, p.length(), p.batch(), p.maxWindows(), progress);
      return new Judged(LensScores.of(judge, p.seed()), read);
    } finally {
      lenses.values().forEach(TunedLens::close);
    }
  }

  /** Its kind; the second of a kind has its file beside it. */
  private static String name(TunedLens lens, Path file, Map<String, TunedLens> named) {
    String kind = lens.biasOnly() ? "bias-only lens" : "tuned lens";
    return named.containsKey(kind) ? kind + " " + file : kind;
  }
}
