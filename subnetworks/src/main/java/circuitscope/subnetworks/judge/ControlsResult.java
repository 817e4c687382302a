package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.statistics.Estimate;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.viz.figure.Bars;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.Interval;
import circuitscope.viz.figure.PlotAxis;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The embedding controls.
 *
 * @param controls full model, subnetwork, embeddings only, embeddings + linear map, then the random
 *     initialisations and their subnetworks
 * @param trained the subnetworks that were found here
 */
public record ControlsResult(
    List<Judgement> controls,
    List<Trained> trained,
    @JsonIgnore ControlsAnalysis.Parameters parameters,
    TokensRead input)
    implements Result {

  /**
   * A training with λ = 0.
   *
   * @param file of the mask; null when nothing was saved
   */
  public record Trained(
      String name, String schedule, int steps, MaskTrainer.Ending ending, @Nullable String file) {}

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%-38s %12s %9s %10s %10s %9s%n",
            "",
            "active",
            "share",
            "r clamped",
            "r dropped",
            "loss bits"));
    for (Judgement one : controls) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-38s %,12d %8.3f%% %10.4f %10.4f %9.3f%n",
              one.mask(),
              one.active(),
              100 * one.share(),
              one.pearsonClamp(),
              one.pearsonDrop(),
              one.lossBits()));
    }
    trained.forEach(
        one ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%s: %,d steps (%s), %s%n",
                    one.name(),
                    one.steps(),
                    one.ending().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    one.schedule())));
    return text.toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>(EvalResult.protocol(input));
    protocol.put("embeddings only", "every maskable weight zero; biases and norms stay");
    protocol.put(
        "linear map",
        "ridge, penalty 1, free intercept, from what enters layer 0 to what leaves the last, fitted"
            + " in the subnetwork on the first %d sequences"
                .formatted(parameters.asideSequences()));
    protocol.put(
        "random initialisation",
        "seed %d, normal with deviation %s, norms 1, biases 0; embeddings, positions and"
                .formatted(parameters.initSeed(), parameters.deviation())
            + " unembedding are patched in, the final norm is not");
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return List.of(
        new Bars(
            new Heading(
                "controls",
                "How like bigrams the controls are",
                "Pearson's r with bigram surprisals, infinite ones clamped or dropped."),
            "",
            PlotAxis.linear("Pearson's r with bigram surprisals"),
            controls.stream().map(Judgement::mask).toList(),
            List.of(
                group("clamped", Judgement::pearsonClampInterval),
                group("dropped", Judgement::pearsonDropInterval)),
            Bars.Direction.LYING,
            List.<Guide>of()));
  }

  private Bars.Group group(String name, Function<Judgement, Estimate> of) {
    List<Estimate> values = controls.stream().map(of).toList();
    return new Bars.Group(
        name,
        values.stream().mapToDouble(Estimate::value).toArray(),
        new Interval(
            values.stream().mapToDouble(Estimate::low).toArray(),
            values.stream().mapToDouble(Estimate::high).toArray(),
            "95 % bootstrap interval"));
  }

  @Override
  public List<DataTable> tables() {
    List<List<Object>> rows = new ArrayList<>();
    for (Judgement j : controls) {
      rows.add(
          List.of(
              j.mask(),
              j.active(),
              j.total(),
              j.pearsonClamp(),
              j.pearsonClampInterval().low(),
              j.pearsonClampInterval().high(),
              j.pearsonDrop(),
              j.pearsonDropInterval().low(),
              j.pearsonDropInterval().high(),
              j.crossEntropyBits(),
              j.lossBits()));
    }
    return List.of(
        new DataTable(
            "controls",
            List.of(
                "model",
                "active",
                "total",
                "pearson_clamp",
                "clamp_low",
                "clamp_high",
                "pearson_drop",
                "drop_low",
                "drop_high",
                "cross_entropy_bits",
                "loss_bits"),
            rows));
  }
}
