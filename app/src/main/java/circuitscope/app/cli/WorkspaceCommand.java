package circuitscope.app.cli;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.app.session.workspace.Workspace;
import circuitscope.app.session.workspace.WorkspaceCheck;
import circuitscope.app.session.workspace.WorkspaceFile;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code workspace show | check | add}. */
@Command(
    name = "workspace",
    description = {
      "Keep models, texts, masks and results of a study in one file, which the window opens too."
    })
final class WorkspaceCommand {
  @Mixin final HelpOption help = new HelpOption();

  private WorkspaceCommand() {}

  static CommandLine of(Console console) {
    return new CommandLine(new WorkspaceCommand())
        .addSubcommand(new Show(console))
        .addSubcommand(new Check(console))
        .addSubcommand(new Add(console));
  }

  private static Places placesOf(Path file) {
    return new Places(file.toAbsolutePath().resolveSibling(""));
  }

  /** {@code workspace show}. */
  @Command(
      name = "show",
      description = "List what a workspace holds.",
      footerHeading = "%nExample:%n",
      footer = "  circuitscope workspace show my.circuitscope.json")
  static final class Show implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "A workspace.")
    Path file = Path.of("");

    Show(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      Workspace workspace = WorkspaceFile.read(file);
      StringBuilder text = new StringBuilder();
      if (!workspace.title().isEmpty()) {
        text.append(workspace.title()).append('\n');
      }
      for (Item item : workspace.items()) {
        text.append(String.format(Locale.ROOT, "%-24s %s%n", item.label(), describe(item)));
      }
      console.result(common.json, workspace, text.isEmpty() ? "nothing yet\n" : text.toString());
      return ExitCode.SUCCESS;
    }

    private static String describe(Item item) {
      return switch (item) {
        case Item.Model model ->
            model.model() + (model.mask() == null ? "" : ", mask " + model.mask());
        case Item.Text text ->
            text.text() != null
                ? Json.pretty(text.text())
                : text.ids() != null ? text.ids() : String.join(", ", text.files());
        case Item.Pairs pairs ->
            pairs.pairs() != null ? pairs.pairs() : "made here: " + pairs.template();
        case Item.Mask mask -> mask.mask();
        case Item.View view -> view.page() + (view.model() == null ? "" : " of " + view.model());
        case Item.Result result ->
            "%s in %s, sha256 %.12s".formatted(result.analysis(), result.folder(), result.digest());
      };
    }
  }

  /** {@code workspace check}. */
  @Command(
      name = "check",
      description =
          "Check that models, files, masks and results are where the workspace says, and unchanged."
              + " Exits with 1 when something is amiss.",
      footerHeading = "%nExample:%n",
      footer = "  circuitscope workspace check my.circuitscope.json")
  static final class Check implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "A workspace.")
    Path file = Path.of("");

    Check(Console console) {
      this.console = console;
    }

    /** What was found. */
    record Checked(int items, List<WorkspaceCheck.Problem> problems) {}

    @Override
    public Integer call() throws IOException {
      Workspace workspace = WorkspaceFile.read(file);
      List<WorkspaceCheck.Problem> problems = WorkspaceCheck.of(workspace, placesOf(file));
      int items = workspace.items().size();
      StringBuilder text = new StringBuilder();
      for (WorkspaceCheck.Problem problem : problems) {
        text.append(problem.item()).append(": ").append(problem.problem()).append('\n');
      }
      text.append(String.format(Locale.ROOT, "%d items, %d problems%n", items, problems.size()));
      console.result(common.json, new Checked(items, problems), text.toString());
      return problems.isEmpty() ? ExitCode.SUCCESS : ExitCode.FAILED;
    }
  }

  /** {@code workspace add}. */
  @Command(
      name = "add",
      description = "Add a model, a text, a mask or a stored result; makes the file if need be.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  circuitscope workspace add my.circuitscope.json --model embedded:gpt2-4l",
        "  circuitscope workspace add my.circuitscope.json --result out/heads"
      })
  static final class Add implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();
    @Mixin final InputOptions inputs = new InputOptions();

    @Parameters(paramLabel = "FILE", description = "A workspace, NAME.circuitscope.json.")
    Path path = Path.of("");

    @Option(names = "--id", paramLabel = "NAME", description = "Name of the item.")
    @Nullable String id;

    @Option(names = "--title", paramLabel = "TEXT", description = "Title of the workspace.")
    @Nullable String title;

    @Option(names = "--model", paramLabel = "MODEL", description = "A model; with --mask masked.")
    @Nullable String model;

    @Option(
        names = "--mask",
        paramLabel = "MASK",
        description = "A mask: FILE[:complement|:random@SEED].")
    @Nullable String mask;

    @Option(names = "--result", paramLabel = "DIR", description = "A folder that --out wrote.")
    @Nullable Path result;

    Add(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      TokenInput input = inputs.input();
      boolean other = model != null || mask != null;
      int given = (other ? 1 : 0) + (input == null ? 0 : 1) + (result == null ? 0 : 1);
      if (given > 1 || (given == 0 && title == null)) {
        throw new IllegalArgumentException(
            "give one thing to add: --model, --mask, --result, --text, --file or --ids");
      }
      try (WorkspaceFile file =
          Files.exists(path)
              ? WorkspaceFile.open(path)
              : WorkspaceFile.create(path, Workspace.empty(""))) {
        Workspace workspace = title == null ? file.saved() : file.saved().withTitle(title);
        Item item = given == 0 ? null : item(workspace, input, file.places());
        file.save(item == null ? workspace : workspace.with(item));
        console.result(
            common.json,
            file.saved(),
            (item == null ? "title set" : "added " + item.label()) + "\n");
      }
      return ExitCode.SUCCESS;
    }

    private Item item(Workspace workspace, @Nullable TokenInput input, Places places)
        throws IOException {
      MaskReference reference = mask == null ? null : MaskReference.parse(mask);
      if (model != null) {
        String name = name(workspace, Item.Model.class, "model");
        return Item.Model.of(name, new ModelChoice(model, null, "auto", "fp32", reference), places);
      }
      if (reference != null) {
        return Item.Mask.of(name(workspace, Item.Mask.class, "mask"), reference, places);
      }
      if (input != null) {
        return Item.Text.of(name(workspace, Item.Text.class, "text"), input, places);
      }
      Path folder = Objects.requireNonNull(result);
      String wanted = String.valueOf(folder.toAbsolutePath().normalize().getFileName());
      return Item.Result.of(name(workspace, Item.Result.class, wanted), folder, places);
    }

    private String name(Workspace workspace, Class<? extends Item> kind, String wanted) {
      return id == null ? workspace.freeId(kind, wanted) : id;
    }
  }
}
