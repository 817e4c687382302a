package circuitscope.app.cli;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Parameter;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** The command of one analysis; its own options are made from the parameters record. */
@Command
final class AnalysisCommand<P extends Record, R extends Result> implements Callable<Integer> {
  /** Share of the time given to opening the model in the progress shown. */
  private static final double OPENING = 0.2;

  private final Console console;
  private final Progress progress;
  private final Analysis<P, R> analysis;
  private final CommandSpec spec;
  private final InputOptions inputOptions = new InputOptions();
  private final MaskOption maskOption = new MaskOption();

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description =
          "Write the result into this folder (JSON, CSV, tensors, figures, manifest); a name ending"
              + " in .safetensors takes the tensors alone.")
  @Nullable Path out;

  private AnalysisCommand(Console console, Progress progress, Analysis<P, R> analysis) {
    this.console = console;
    this.progress = progress;
    this.analysis = analysis;
    this.spec = CommandSpec.forAnnotatedObject(this);
  }

  static <P extends Record, R extends Result> CommandLine of(
      Console console, Progress progress, Analysis<P, R> analysis) {
    AnalysisCommand<P, R> command = new AnalysisCommand<>(console, progress, analysis);
    command.describe();
    return new CommandLine(command.spec);
  }

  private void describe() {
    List<String> words = analysis.words();
    spec.name(words.getLast());
    spec.usageMessage()
        .description(analysis.description())
        .footerHeading("%nExample:%n")
        .footer(
            "  circuitscope "
                + String.join(" ", words)
                + " "
                + analysis.example().replace("%", "%%"));
    if (analysis.input() != Analysis.Input.NONE) {
      spec.addMixin("input", CommandSpec.forAnnotatedObject(inputOptions));
    }
    List<Parameter> parameters = ParameterSpec.of(analysis.parameters()).parameters();
    if (parameters.stream().noneMatch(parameter -> parameter.name().equals("mask"))) {
      // An analysis that takes a mask as its subject has this option already.
      spec.addMixin("mask", CommandSpec.forAnnotatedObject(maskOption));
    }
    parameters.forEach(parameter -> spec.addOption(option(parameter)));
  }

  static OptionSpec option(Parameter parameter) {
    String byDefault =
        parameter.byDefault() == null ? "" : " Default: " + parameter.byDefault() + ".";
    OptionSpec.Builder option =
        OptionSpec.builder("--" + parameter.name())
            .type(String.class)
            .paramLabel(parameter.list() ? "VALUE[,VALUE...]" : "VALUE")
            .required(parameter.required())
            .description(
                (parameter.help() + ": " + parameter.allowed() + "." + byDefault)
                    .replace("%", "%%"));
    if (parameter.type() == Boolean.class && !parameter.list()) {
      option.arity("0..1").fallbackValue("true");
    }
    return option.build();
  }

  @Override
  public Integer call() throws IOException {
    TokenInput input = inputOptions.input();
    AnalysisRun<P, R> run = AnalysisRun.of(analysis, written(), input);
    if (analysis.input() == Analysis.Input.REQUIRED) {
      requireInput(input);
    }
    if (out != null && AnalysisRun.holdsResult(out)) {
      console.note(out + " holds a result already, which this one will replace");
    }
    boolean needsTokenizer = input != null && !(input instanceof TokenInput.Ids);
    Progress opening = progress.step("opening", OPENING);
    ModelChoice choice = model.choice(maskOption.reference());
    try (OpenModel opened = OpenModel.open(choice, needsTokenizer, opening)) {
      AnalysisRun.Finished<P, R> finished =
          run.on(opened, out, progress.step(analysis.title().toLowerCase(Locale.ROOT), 1));
      if (out != null) {
        finished.write(out);
      }
      console.result(common.json, finished.result(), finished.result().summary());
      if (out == null && finished.result().answersInTensors()) {
        console.note("nothing was saved; --out FILE.safetensors would keep these tensors");
      }
    }
    return ExitCode.SUCCESS;
  }

  private static void requireInput(@Nullable TokenInput input) {
    if (input == null) {
      throw new IllegalArgumentException(
          "there is nothing to read: give --text STRING, --file PATH or"
              + " --ids FILE.safetensors:TENSOR");
    }
  }

  private Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    for (Parameter parameter : ParameterSpec.of(analysis.parameters()).parameters()) {
      String value =
          spec.commandLine().getParseResult().matchedOptionValue("--" + parameter.name(), null);
      if (value != null) {
        written.put(parameter.name(), value);
      }
    }
    return written;
  }
}
