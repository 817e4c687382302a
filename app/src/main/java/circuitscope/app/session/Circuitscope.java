package circuitscope.app.session;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The door for scripts: a model that is open, and the analyses by name. See {@code
 * docs/scripting.md}.
 *
 * <pre>
 * try (var gpt2 = Circuitscope.open("embedded:gpt2-4l")) {
 *   var heads = gpt2.run("heads.detect", Map.of("period", 25));
 *   System.out.println(heads.result().summary());
 *   heads.write(Path.of("out/heads"));
 * }
 * </pre>
 */
public final class Circuitscope implements AutoCloseable {
  private final OpenModel model;
  private final @Nullable TokenInput input;

  private Circuitscope(OpenModel model, @Nullable TokenInput input) {
    this.model = model;
    this.input = input;
  }

  /**
   * Opens a model as {@code --model} names it, on a GPU if there is one, in FP32.
   *
   * @throws IOException when its files cannot be read
   */
  public static Circuitscope open(String model) throws IOException {
    return open(new ModelChoice(model, null, "auto", "fp32"));
  }

  /** Opens a model with a device, a dtype, a tokenizer or a mask of one's own choice. */
  public static Circuitscope open(ModelChoice choice) throws IOException {
    return new Circuitscope(OpenModel.open(choice, false, Progress.silent()), null);
  }

  /**
   * The same model, about to read a text as {@code --text} gives it; closing either closes both.
   */
  public Circuitscope text(String text) {
    return reading(new TokenInput.Prompt(text, BosPolicy.AUTO));
  }

  /** The same model, about to read text files as {@code --file} names them. */
  public Circuitscope files(Path... files) {
    return reading(new TokenInput.TextFiles(List.of(files)));
  }

  /** The same model, about to read any tokens. */
  public Circuitscope reading(TokenInput tokens) {
    return new Circuitscope(model, tokens);
  }

  /**
   * Runs an analysis by its name.
   *
   * @param analysis as in job files: {@code heads.detect}
   * @param parameters as on the command line, without the dashes; defaults for the rest
   * @throws IllegalArgumentException naming every parameter that cannot be used
   */
  public AnalysisRun.Finished<?, ?> run(String analysis, Map<String, ?> parameters) {
    return AnalysisRun.of(Analyses.registry().find(analysis), parameters, input)
        .on(model, null, Progress.silent());
  }

  /** Runs an analysis with its own types, so that the answer's numbers can be used as they are. */
  public <P extends Record, R extends Result> R run(Analysis<P, R> analysis, P parameters) {
    return new AnalysisRun<>(analysis, parameters, input)
        .on(model, null, Progress.silent())
        .result();
  }

  /** As {@link #run(Analysis, Record)}, with parameters as they are written. */
  public <P extends Record, R extends Result> R run(
      Analysis<P, R> analysis, Map<String, ?> parameters) {
    return AnalysisRun.of(analysis, parameters, input).on(model, null, Progress.silent()).result();
  }

  /** The open model itself: its weights' shapes, tokenizer and forward pass. */
  public OpenModel model() {
    return model;
  }

  @Override
  public void close() {
    model.close();
  }
}
