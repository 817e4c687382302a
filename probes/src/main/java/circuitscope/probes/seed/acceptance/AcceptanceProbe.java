package circuitscope.probes.seed.acceptance;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.predict.ModelPredictor;
import circuitscope.probes.predict.Predictor;
import circuitscope.probes.predict.UnigramPredictor;
import circuitscope.probes.seed.report.ProbeResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * How often what a cheap predictor drafts would be accepted by the model (speculative sampling;
 * Chen et al. 2024, "Chimera"; Jeon et al. 2024, "Recursive Speculative Decoding").
 *
 * <p>Both predictors read the same text; α_t = Σ_v min(p_t(v), q_t(v)). Drafts therefore follow the
 * text, not what was drafted before.
 */
public final class AcceptanceProbe {
  /**
   * How it is measured.
   *
   * @param gammas draft lengths
   * @param costRatio time of one step of the draft over one of the target
   * @param widths candidates a position, drawn without replacement
   */
  public record Settings(
      double temperature,
      List<Integer> gammas,
      double costRatio,
      List<Integer> widths,
      int length,
      int windows,
      long seed) {
    public Settings {
      gammas = gammas.stream().sorted().distinct().toList();
      widths = widths.stream().sorted().distinct().toList();
    }
  }

  /** What one draft reached: {@code alphas} {@code [window][position]}. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  record Measured(String name, double[][] alphas, double[][] accepted) { // [window][width]
    Measured(String name, int windows, Settings settings) {
      this(
          name,
          new double[windows][settings.length()],
          new double[windows][settings.widths().size()]);
    }
  }

  private AcceptanceProbe() {}

  /**
   * Measures drafts against the subject's model; the unigram distribution of the text read comes
   * last, as the null.
   */
  public static ProbeResult run(
      Subject subject, List<Predictor> drafts, Settings settings, Progress progress) {
    TextWindows text = TextWindows.read(subject, settings.length(), settings.windows());
    int vocab = subject.model().spec().vocab();
    Predictor target = ModelPredictor.whole("model", subject.model());
    List<Predictor> all = new ArrayList<>(drafts);
    all.add(new UnigramPredictor(text.rows(), vocab));
    int windows = text.rows().length;
    List<Measured> measured =
        all.stream().map(draft -> new Measured(draft.name(), windows, settings)).toList();
    Random random = new Random(settings.seed());
    progress.begin(windows, "windows");
    for (int window = 0; window < windows; window++) {
      float[] q = target.probabilities(text.rows()[window], settings.temperature());
      for (int i = 0; i < all.size(); i++) {
        float[] p = all.get(i).probabilities(text.rows()[window], settings.temperature());
        measure(p, q, vocab, settings, measured.get(i), window, random);
      }
      progress.advance(1);
    }
    List<String> labels = new ArrayList<>();
    for (int id : text.rows()[0]) {
      labels.add(subject.label(id));
    }
    return new AcceptanceReport(measured, settings, labels, text.read()).result();
  }

  private static void measure(
      float[] p,
      float[] q,
      int vocab,
      Settings settings,
      Measured into,
      int window,
      Random random) {
    int positions = settings.length();
    for (int t = 0; t < positions; t++) {
      double[] draft = row(p, t, vocab);
      double[] target = row(q, t, vocab);
      into.alphas()[window][t] = Acceptance.overlap(draft, target);
      for (int i = 0; i < settings.widths().size(); i++) {
        into.accepted()[window][i] +=
            Acceptance.withoutReplacement(draft, target, settings.widths().get(i), random)
                / positions;
      }
    }
  }

  private static double[] row(float[] all, int t, int vocab) {
    double[] row = new double[vocab];
    for (int v = 0; v < vocab; v++) {
      row[v] = all[t * vocab + v];
    }
    return row;
  }
}
