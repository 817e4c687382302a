package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.Exports;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.ParameterFormViewModel;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.ShellWords;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.ParameterSpec;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.ngram.CountsProvenance;
import circuitscope.probes.ngram.NgramCounter;
import circuitscope.probes.ngram.NgramTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.beans.binding.BooleanBinding;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import org.jspecify.annotations.Nullable;

/** Counts bigrams of texts with the tokenizer of the open model, as {@code bigrams count} does. */
public final class CountViewModel {
  /** Of Java's memory, for the table: as on the command line. */
  private static final double USUAL_SHARE = 0.4;

  private static final long MEGABYTE = 1 << 20;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Tokens a window; nothing is counted across windows",
              byDefault = "128",
              min = 2)
          int length,
      @Param(help = "Length of the n-grams: 2 for bigrams", byDefault = "2", min = 1, max = 8)
          int order,
      @Param(
              help = "The files are JSON Lines; a document is the text of this member",
              optional = true)
          @Nullable String field,
      @Param(
              help = "Memory for the counts; without it 40 % of Java's",
              optional = true,
              min = 1,
              unit = "MB")
          @Nullable Integer memory,
      @Param(help = "Go on with an unfinished counting of the same", byDefault = "false")
          boolean resume) {}

  /** What was counted into which file. */
  public record Counted(Path out, CountsProvenance provenance, long contexts, long ngrams) {}

  private final Services services;
  private final ChosenModel model;
  private final InputFormViewModel input = new InputFormViewModel(Analysis.Input.REQUIRED);
  private final ParameterFormViewModel parameters = new ParameterFormViewModel(Parameters.class);
  private final StringProperty out = new SimpleStringProperty("");
  private final Runner<Counted> runner;
  private final BooleanBinding runnable;

  public CountViewModel(Services services) {
    this.services = services;
    this.model = new ChosenModel(services);
    this.runner = new Runner<>(services);
    input.kindProperty().set(InputFormViewModel.Kind.FILES);
    this.runnable =
        Bindings.isNotNull(model.modelProperty())
            .and(input.kindProperty().isEqualTo(InputFormViewModel.Kind.FILES))
            .and(input.given())
            .and(parameters.validProperty())
            .and(Bindings.createBooleanBinding(() -> !out.get().isBlank(), out));
  }

  public ChosenModel model() {
    return model;
  }

  /** Files alone are counted. */
  public InputFormViewModel input() {
    return input;
  }

  public ParameterFormViewModel parameters() {
    return parameters;
  }

  /** The counts file. */
  public StringProperty outProperty() {
    return out;
  }

  public Runner<Counted> runner() {
    return runner;
  }

  public BooleanBinding runnable() {
    return runnable;
  }

  /** Counts, as a job beside the model's device. */
  public void run() {
    LoadedModel asked = model.get();
    if (asked == null || !runnable.get()) {
      return;
    }
    Parameters chosen = ParameterSpec.of(Parameters.class).read(parameters.written());
    List<Path> files = List.copyOf(input.files());
    Path place = Path.of(out.get().strip());
    runner.run(
        asked,
        Words.TEXTS.get("count.job"),
        progress -> count(asked.opened().tokenizer(), chosen, files, place, progress));
  }

  private static Counted count(
      @Nullable Tokenizer tokenizer,
      Parameters chosen,
      List<Path> files,
      Path out,
      Progress progress)
      throws IOException {
    if (tokenizer == null) {
      throw new IllegalArgumentException(Words.TEXTS.get("count.no-tokenizer"));
    }
    Integer megabytes = chosen.memory();
    long memory =
        megabytes == null
            ? (long) (USUAL_SHARE * Runtime.getRuntime().maxMemory())
            : megabytes * MEGABYTE;
    CountsProvenance counted =
        NgramCounter.count(
            new NgramCounter.Plan(
                new Corpus(files, chosen.field()),
                chosen.order(),
                chosen.length(),
                out,
                memory,
                Runtime.getRuntime().availableProcessors(),
                chosen.resume()),
            tokenizer,
            progress);
    try (NgramTable table = NgramTable.open(out)) {
      return new Counted(out, counted, table.contexts(), table.ngrams());
    }
  }

  /** Takes the command that counts the same to the clipboard. */
  public void copyCommand() {
    LoadedModel asked = model.get();
    List<String> words =
        new ArrayList<>(
            List.of(
                "circuitscope",
                "bigrams",
                "count",
                "--model",
                asked == null ? "MODEL" : asked.choice().model(),
                "--file"));
    input.files().forEach(file -> words.add(file.toString()));
    parameters
        .written()
        .forEach(
            (name, value) -> {
              if (!name.equals("resume")) {
                words.addAll(List.of("--" + name, name.equals("memory") ? value + "m" : value));
              } else if (value.equals("true")) {
                words.add("--resume");
              }
            });
    words.addAll(List.of("--out", out.get().strip()));
    new Exports(services).copyCommand(ShellWords.join(words));
  }

  public Map<String, Object> state() {
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("parameters", parameters.written());
    state.put("input", input.state());
    state.put("out", out.get());
    return state;
  }

  /** Takes over what {@link #state} gave. */
  public void restore(Map<String, Object> state) {
    if (state.get("parameters") instanceof Map<?, ?> stored) {
      Map<String, Object> written = new LinkedHashMap<>();
      stored.forEach((name, value) -> written.put(name.toString(), value));
      parameters.fill(written);
    }
    if (state.get("input") instanceof Map<?, ?> stored) {
      input.restore(stored);
    }
    if (state.get("out") instanceof String text) {
      out.set(text);
    }
  }

  public void close() {
    runner.cancel();
    model.close();
  }
}
