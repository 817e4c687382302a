package circuitscope.app.cli;

import circuitscope.app.session.Doctor;
import circuitscope.app.session.LocalModel;
import circuitscope.app.session.ModelSummary;
import circuitscope.models.cache.FetchProgress;
import circuitscope.models.cache.HubAccess;
import circuitscope.models.cache.HubFetcher;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.cache.SnapshotCheck;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.CheckpointException;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code models list | show | fetch | verify}. */
@Command(name = "models", description = "List, describe, fetch and verify models.")
final class ModelsCommand {
  @Mixin final HelpOption help = new HelpOption();

  private ModelsCommand() {}

  static CommandLine of(Console console, Progress progress) {
    return new CommandLine(new ModelsCommand())
        .addSubcommand(new ListModels(console))
        .addSubcommand(new Show(console))
        .addSubcommand(new Fetch(console, progress))
        .addSubcommand(new Verify(console));
  }

  /** {@code models list}. */
  @Command(
      name = "list",
      description = "List the embedded models and those in the Hugging Face cache.",
      footerHeading = "%nExample:%n",
      footer = "  circuitscope models list --json")
  static final class ListModels implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    ListModels(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      List<LocalModel> models = LocalModel.list();
      StringBuilder text = new StringBuilder();
      for (LocalModel model : models) {
        text.append(
            String.format(Locale.ROOT, "%-44s %10s%n", model.model(), Doctor.bytes(model.bytes())));
      }
      text.append("Hugging Face cache: ").append(ModelCache.ofUser().hub().root()).append('\n');
      console.result(common.json, models, text.toString());
      return ExitCode.SUCCESS;
    }
  }

  /** {@code models show}. */
  @Command(
      name = "show",
      description = "Describe a model: architecture, sizes, memory needed, tokenizer.",
      footerHeading = "%nExample:%n",
      footer = "  circuitscope models show embedded:gpt2-4l")
  static final class Show implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "MODEL", description = "The model, as for --model.")
    String model = "";

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      ModelSummary summary = ModelSummary.of(model);
      console.result(common.json, summary, summary.text());
      return ExitCode.SUCCESS;
    }
  }

  /** {@code models fetch}. */
  @Command(
      name = "fetch",
      description = {
        "Download a model from the Hugging Face hub into its standard cache.",
        "The only command that uses the network. HF_TOKEN, HF_ENDPOINT, HF_HOME and HF_HUB_CACHE"
            + " are heeded; an interrupted download goes on where it stopped."
      },
      footerHeading = "%nExample:%n",
      footer = "  circuitscope models fetch EleutherAI/pythia-70m@step3000")
  static final class Fetch implements Callable<Integer> {
    private final Console console;
    private final Progress progress;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "ORG/NAME[@REV]", description = "The repository, and its revision.")
    String model = "";

    Fetch(Console console, Progress progress) {
      this.console = console;
      this.progress = progress;
    }

    @Override
    public Integer call() throws IOException {
      if (!(ModelId.parse(model) instanceof ModelId.Hub id)) {
        throw new IllegalArgumentException(
            "'%s' is on this machine already; fetch takes ORG/NAME[@REV] of the Hugging Face hub"
                .formatted(model));
      }
      HubFetcher fetcher = new HubFetcher(ModelCache.ofUser().hub(), HubAccess.ofUser());
      Path folder;
      try {
        folder = fetcher.fetch(id, watch(progress.step("fetching " + id.text(), 1)));
      } catch (CancellationException e) {
        throw new CancelledException(e);
      }
      console.result(common.json, new Fetched(id.text(), folder.toString()), folder.toString());
      return ExitCode.SUCCESS;
    }

    private static FetchProgress watch(Progress progress) {
      return new FetchProgress() {
        @Override
        public void update(String file, long fileBytes, long fileTotal, long bytes, long total) {
          if (progress.total() != total) {
            progress.begin(total, "bytes");
          }
          if (!progress.isCancelled()) {
            progress.advanceTo(bytes);
          }
        }

        @Override
        public boolean isCancelled() {
          return progress.isCancelled();
        }
      };
    }
  }

  /** What {@code fetch} says. */
  record Fetched(String model, String location) {}

  /**
   * What {@code verify} says.
   *
   * @param digest empty when the model is damaged
   * @param files those of a model of the hub's cache
   * @param problem why it is damaged, else empty
   */
  record Verified(
      String model,
      String digest,
      boolean intact,
      List<SnapshotCheck.FileCheck> files,
      String problem) {}

  /** {@code models verify}. */
  @Command(
      name = "verify",
      description = {
        "Read all of a model and compare it with the hashes it was fetched under.",
        "Prints the digest that results carry. Exits with 1 when something is damaged."
      },
      footerHeading = "%nExample:%n",
      footer = "  circuitscope models verify EleutherAI/pythia-70m")
  static final class Verify implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "MODEL", description = "The model, as for --model.")
    String model = "";

    Verify(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      ModelId id = ModelId.parse(model);
      Path location = ModelCache.ofUser().resolve(id);
      List<SnapshotCheck.FileCheck> files =
          id instanceof ModelId.Hub ? SnapshotCheck.check(location) : List.of();
      boolean intact =
          files.stream()
              .map(SnapshotCheck.FileCheck::verdict)
              .noneMatch(
                  verdict ->
                      verdict == SnapshotCheck.Verdict.DAMAGED
                          || verdict == SnapshotCheck.Verdict.MISSING);
      String digest = "";
      String problem = intact ? "" : "files differ from what was fetched; fetch them again";
      if (intact) {
        try {
          digest = digest(location);
        } catch (CheckpointException e) {
          problem = String.valueOf(e.getMessage());
        }
      }
      StringBuilder text = new StringBuilder();
      for (SnapshotCheck.FileCheck file : files) {
        text.append(
            String.format(
                Locale.ROOT,
                "%-8s %s%n",
                file.verdict().name().toLowerCase(Locale.ROOT),
                file.name()));
      }
      boolean whole = problem.isEmpty();
      text.append(whole ? "digest " + digest : "damaged: " + problem).append('\n');
      console.result(
          common.json, new Verified(id.text(), digest, whole, files, problem), text.toString());
      return whole ? ExitCode.SUCCESS : ExitCode.FAILED;
    }

    private static String digest(Path location) {
      try (Checkpoint checkpoint = Checkpoint.open(location)) {
        return checkpoint.digest();
      }
    }
  }
}
