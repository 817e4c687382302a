package circuitscope.app.session;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Manifest;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.ResultFiles;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One analysis, ready to be run on one model and input: what a command, a cell of a job and a page
 * of the window have in common.
 *
 * @param input null for analyses that make their own tokens
 */
public record AnalysisRun<P extends Record, R extends Result>(
    Analysis<P, R> analysis, P parameters, @Nullable TokenInput input) {

  private static final String SAFETENSORS = ".safetensors";

  /**
   * A run from parameters as they were written.
   *
   * @throws circuitscope.probes.analysis.InvalidParametersException naming every problem
   */
  public static <P extends Record, R extends Result> AnalysisRun<P, R> of(
      Analysis<P, R> analysis, Map<String, ?> written, @Nullable TokenInput input) {
    P parameters = ParameterSpec.of(analysis.parameters()).read(written);
    return new AnalysisRun<>(analysis, parameters, input);
  }

  /**
   * Whether a result lies where {@link Finished#write} is to write one.
   *
   * @throws IOException when none can be written there: a file where a folder is needed, or the
   *     other way round
   */
  public static boolean holdsResult(Path out) throws IOException {
    boolean tensorsAlone = out.toString().endsWith(SAFETENSORS);
    if (Files.exists(out) && Files.isDirectory(out) == tensorsAlone) {
      throw new IOException(
          tensorsAlone
              ? out + " is a folder; name a file in it"
              : out + " is a file; results need a folder");
    }
    return Files.exists(tensorsAlone ? out : out.resolve(ResultFiles.MANIFEST));
  }

  /** A result and when it was made. */
  public record Finished<P extends Record, R extends Result>(
      AnalysisRun<P, R> run, OpenModel model, R result, Instant started, double wallSeconds) {

    /** Everything needed to make it again; takes the digest of the weights. */
    public Manifest manifest() {
      Subject subject = model.about(run.input, null);
      return Manifest.of(
          run.analysis,
          run.written(),
          subject,
          model.choice().model(),
          result,
          run.command(model.choice()),
          started,
          wallSeconds);
    }

    /** Writes the result: its tensors alone into a .safetensors file, else everything. */
    public void write(Path out) throws IOException {
      if (out.toString().endsWith(SAFETENSORS)) {
        ResultFiles.writeTensors(out, result, manifest());
      } else {
        write(out, FigureOutput.usual(), ResultFiles.Companions.NONE);
      }
    }

    /** Writes everything into a folder, together with what else is to appear with it. */
    public void write(Path folder, FigureOutput figures, ResultFiles.Companions companions)
        throws IOException {
      ResultFiles.write(folder, result, manifest(), figures, companions);
    }
  }

  /**
   * Runs it; the model stays the caller's.
   *
   * @param out where the result will be written, for analyses that keep files there as they go
   */
  public Finished<P, R> on(OpenModel model, @Nullable Path out, Progress progress) {
    Instant started = Instant.now();
    Path workspace = out == null || out.toString().endsWith(SAFETENSORS) ? null : out;
    R result = analysis.run(model.about(input, workspace), parameters, progress);
    double seconds = Duration.between(started, Instant.now()).toMillis() / 1e3;
    return new Finished<>(this, model, result, started.truncatedTo(ChronoUnit.MILLIS), seconds);
  }

  /** The command line that runs this on that model. */
  public List<String> command(ModelChoice model) {
    List<String> command = new ArrayList<>(List.of("circuitscope"));
    command.addAll(analysis.words());
    command.addAll(model.options());
    command.addAll(Inputs.options(input));
    for (Map.Entry<String, Object> parameter : written().entrySet()) {
      String value =
          parameter.getValue() instanceof List<?> list
              ? String.join(",", list.stream().map(Object::toString).toList())
              : parameter.getValue().toString();
      if (!value.isEmpty()) {
        command.addAll(Inputs.option(parameter.getKey(), value));
      }
    }
    return command;
  }

  /** The parameters with their defaults, as they are written. */
  public Map<String, Object> written() {
    return ParameterSpec.of(analysis.parameters()).write(parameters);
  }
}
