package circuitscope.app.cli;

import circuitscope.app.session.Inputs;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.compare.Comparison;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Parameter;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/** {@code compare} before an analysis's words: runs it on two sides and compares. */
@Command
final class CompareAnalysisCommand<P extends Record, R extends Result>
    implements Callable<Integer> {
  private static final String B = "-b";

  private final Console console;
  private final Progress progress;
  private final Analysis<P, R> analysis;
  private final CommandSpec spec;
  private final InputOptions inputs = new InputOptions();
  private final InputOptionsOfB inputsOfB = new InputOptionsOfB();

  @Mixin final ModelOptions model = new ModelOptions();
  @Mixin final CommonOptions common = new CommonOptions();

  @Option(
      names = "--model-b",
      paramLabel = "MODEL",
      description = "The model of B. Default: that of A.")
  @Nullable String modelB;

  @Option(names = "--tokenizer-b", paramLabel = "DIR", description = "The tokenizer of B.")
  @Nullable Path tokenizerB;

  @Option(
      names = "--mask",
      paramLabel = "MASK",
      description = "Keep only these weights of A's model: FILE[:complement|:random@SEED].")
  @Nullable String mask;

  @Option(
      names = "--mask-b",
      paramLabel = "MASK",
      description = "As --mask, of B's model; none for the whole model. Default: as A.")
  @Nullable String maskB;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Write the comparison there, and both results into its folders a and b.")
  @Nullable Path out;

  /** What B reads, where it reads something else. */
  static final class InputOptionsOfB {
    @Option(names = "--text-b", paramLabel = "STRING", description = "The text of B.")
    @Nullable String text;

    @Option(
        names = "--file-b",
        paramLabel = "PATH",
        arity = "1..*",
        description = "The text files of B.")
    List<Path> files = List.of();

    @Option(
        names = "--ids-b",
        paramLabel = "FILE.safetensors:TENSOR",
        description = "The token ids of B.")
    @Nullable String ids;

    @Option(names = "--bos-b", paramLabel = "auto|yes|no", description = "As --bos, of B.")
    @Nullable String bos;
  }

  private CompareAnalysisCommand(Console console, Progress progress, Analysis<P, R> analysis) {
    this.console = console;
    this.progress = progress;
    this.analysis = analysis;
    this.spec = CommandSpec.forAnnotatedObject(this);
  }

  static <P extends Record, R extends Result> CommandLine of(
      Console console, Progress progress, Analysis<P, R> analysis) {
    var command = new CompareAnalysisCommand<>(console, progress, analysis);
    command.describe();
    return new CommandLine(command.spec);
  }

  private void describe() {
    spec.name(analysis.words().getLast());
    spec.usageMessage()
        .description(
            "Run this analysis on A and on B and compare. B is as A but for the options that end"
                + " with -b; each option of the analysis takes it: --NAME-b VALUE.",
            analysis.description());
    if (analysis.input() != Analysis.Input.NONE) {
      spec.addMixin("input", CommandSpec.forAnnotatedObject(inputs));
      spec.addMixin("input of B", CommandSpec.forAnnotatedObject(inputsOfB));
    }
    for (Parameter parameter : parameters()) {
      OptionSpec option = AnalysisCommand.option(parameter);
      if (spec.findOption(option.longestName()) == null) {
        spec.addOption(option);
      }
      String nameB = option.longestName() + B;
      if (spec.findOption(nameB) == null) {
        spec.addOption(
            OptionSpec.builder(nameB)
                .type(String.class)
                .arity(option.arity().toString())
                .hidden(true)
                .build());
      }
    }
  }

  private List<Parameter> parameters() {
    return ParameterSpec.of(analysis.parameters()).parameters();
  }

  @Override
  public Integer call() throws IOException {
    TokenInput inputA = inputs.input();
    for (Path file : inputsOfB.files) {
      if (!Files.exists(file)) {
        throw new NoSuchFileException(file.toString());
      }
    }
    TokenInput inputB =
        Inputs.of("--", inputsOfB.text, inputsOfB.files, inputsOfB.ids, inputsOfB.bos);
    if (analysis.input() == Analysis.Input.REQUIRED && inputA == null) {
      throw new IllegalArgumentException(
          "there is nothing to read: give --text STRING, --file PATH or --ids"
              + " FILE.safetensors:TENSOR");
    }
    ModelChoice choiceA = model.choice(mask == null ? null : MaskReference.parse(mask));
    ModelChoice choiceB =
        new ModelChoice(
            modelB == null ? choiceA.model() : modelB,
            tokenizerB == null ? choiceA.tokenizer() : tokenizerB,
            choiceA.device(),
            choiceA.dtype(),
            maskB == null
                ? choiceA.mask()
                : "none".equals(maskB) ? null : MaskReference.parse(maskB));
    Map<String, String> parametersA = written("");
    Map<String, String> parametersB = new LinkedHashMap<>(parametersA);
    parametersB.putAll(written(B));
    compare(
        new Compare.Run("A", choiceA, inputA, parametersA),
        new Compare.Run("B", choiceB, inputB == null ? inputA : inputB, parametersB));
    return ExitCode.SUCCESS;
  }

  private void compare(Compare.Run a, Compare.Run b) throws IOException {
    Path folder = out == null ? Files.createTempDirectory("circuitscope-compare-") : out;
    try {
      Comparison comparison = Compare.runs(analysis, a, b, folder, 0, progress);
      if (out != null) {
        Compare.write(comparison, out, command());
      }
      console.result(common.json, comparison, comparison.summary());
    } finally {
      if (out == null) {
        delete(folder);
      }
    }
  }

  /** As it was typed. */
  private List<String> command() {
    var parsed = spec.commandLine().getParseResult();
    return Stream.of(List.of("circuitscope", "compare"), analysis.words(), parsed.originalArgs())
        .flatMap(List::stream)
        .toList();
  }

  private Map<String, String> written(String side) {
    Map<String, String> written = new LinkedHashMap<>();
    for (Parameter parameter : parameters()) {
      String value =
          spec.commandLine()
              .getParseResult()
              .matchedOptionValue("--" + parameter.name() + side, null);
      if (value != null) {
        written.put(parameter.name(), value);
      }
    }
    return written;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> walk = Files.walk(folder)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
