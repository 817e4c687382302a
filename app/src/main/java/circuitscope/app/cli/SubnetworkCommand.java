package circuitscope.app.cli;

import circuitscope.app.session.Masks;
import circuitscope.probes.analysis.Nearest;
import circuitscope.probes.analysis.Progress;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskForm;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code subnetwork show | compare | convert | combine | random}: masks as files and sets. */
@Command(name = "subnetwork", description = "Find, judge and export subnetworks (weight masks).")
final class SubnetworkCommand {
  private static final String MASK = "FILE[:complement|:random@SEED]";

  @Mixin final HelpOption help = new HelpOption();

  private SubnetworkCommand() {}

  static CommandLine of(Console console, Progress progress) {
    return new CommandLine(new SubnetworkCommand())
        .addSubcommand(new ShowMaskCommand(console, progress))
        .addSubcommand(new CompareMasksCommand(console, progress))
        .addSubcommand(new Convert(console))
        .addSubcommand(new Combine(console))
        .addSubcommand(new Random(console));
  }

  /** A mask that was written. */
  record Written(String file, String name, String digest, long active, long total, double share) {
    static Written of(Path file, Mask mask) {
      return new Written(
          file.toString(),
          mask.name(),
          mask.digest(),
          mask.active(),
          mask.total(),
          mask.total() == 0 ? 0 : (double) mask.active() / mask.total());
    }

    String text() {
      return String.format(
          Locale.ROOT,
          "%s: %,d of %,d weights (%.4f %%)%n%s%n",
          file,
          active,
          total,
          100 * share,
          name);
    }
  }

  /** {@code subnetwork convert}. */
  @Command(
      name = "convert",
      description = {
        "Store a mask in another form: safetensors, NumPy's .npz, a pickle as the published masks"
            + " are, or the masked model as a Hugging Face folder (docs/mask-format.md)."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  circuitscope subnetwork convert subnetwork_dict_lambda1e1.pickle mask.safetensors",
        "  circuitscope subnetwork convert mask.safetensors out/masked --to checkpoint --model M"
      })
  static final class Convert implements Callable<Integer> {
    private static final String CHECKPOINT = "checkpoint";
    private static final List<String> FORMS = List.of("safetensors", "npz", "pickle", CHECKPOINT);

    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", paramLabel = MASK, description = "The mask.")
    String in = "";

    @Parameters(index = "1", paramLabel = "OUT", description = "The file or folder to write.")
    Path out = Path.of("");

    @Option(
        names = "--to",
        paramLabel = "FORM",
        description =
            "safetensors, npz, pickle or checkpoint. Default: by the ending of OUT, else"
                + " safetensors.")
    @Nullable String to;

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        description = "Check the mask against this model; needed for checkpoint.")
    @Nullable String model;

    Convert(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      if (to != null && !FORMS.contains(to)) {
        throw new IllegalArgumentException(
            "--to: '%s' is not %s%s"
                .formatted(to, String.join(", ", FORMS), Nearest.hint(to, FORMS)));
      }
      Mask mask = MaskReference.parse(in).read();
      Mask written = mask;
      if (CHECKPOINT.equals(to)) {
        if (model == null) {
          throw new IllegalArgumentException(
              "a masked checkpoint needs the model: give --model MODEL");
        }
        Masks.checkpoint(mask, out, model);
      } else {
        MaskForm form =
            to == null ? MaskForm.named(out) : MaskForm.valueOf(to.toUpperCase(Locale.ROOT));
        written = Masks.convert(mask, form, out, model);
      }
      Written told = Written.of(out, written);
      console.result(common.json, told, told.text());
      return ExitCode.SUCCESS;
    }
  }

  /** {@code subnetwork combine}. */
  @Command(
      name = "combine",
      description = "Join, intersect or subtract two masks; what was done is kept in the file.",
      footerHeading = "%nExample:%n",
      footer =
          "  circuitscope subnetwork combine bigram.safetensors difference optimal.safetensors"
              + " --out only-bigram.safetensors")
  static final class Combine implements Callable<Integer> {
    private static final List<String> OPERATIONS = List.of("union", "intersection", "difference");

    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", paramLabel = "A", description = "A mask: " + MASK + ".")
    String a = "";

    @Parameters(
        index = "1",
        paramLabel = "union|intersection|difference",
        description = "Kept by either, by both, or by A and not by B.")
    String operation = "";

    @Parameters(index = "2", paramLabel = "B", description = "Another mask of the same matrices.")
    String b = "";

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write.")
    Path out = Path.of("");

    Combine(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      Mask left = MaskReference.parse(a).read();
      Mask right = MaskReference.parse(b).read();
      Mask made =
          switch (operation) {
            case "union" -> MaskAlgebra.union(left, right);
            case "intersection" -> MaskAlgebra.intersection(left, right);
            case "difference" -> MaskAlgebra.difference(left, right);
            default ->
                throw new IllegalArgumentException(
                    "'%s' is not union, intersection or difference%s"
                        .formatted(operation, Nearest.hint(operation, OPERATIONS)));
          };
      Written told = Written.of(out, Masks.convert(made, MaskForm.named(out), out, null));
      console.result(common.json, told, told.text());
      return ExitCode.SUCCESS;
    }
  }

  /** {@code subnetwork random}. */
  @Command(
      name = "random",
      description = {
        "Draw a random control for a mask, with as many kept weights in each stored matrix (the"
            + " paper's), each Q/K/V/O/MLP block, each output row, or each class of magnitude."
      },
      footerHeading = "%nExample:%n",
      footer =
          "  circuitscope subnetwork random mask.safetensors --kind row --model M --seed 1 --out"
              + " control.safetensors")
  static final class Random implements Callable<Integer> {
    private final Console console;
    @Mixin final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "FILE", description = "The mask to be matched.")
    String file = "";

    @Option(
        names = "--kind",
        defaultValue = "matrix",
        paramLabel = "KIND",
        description = "matrix, block, row or magnitude. Default: matrix.")
    Masks.Kind kind = Masks.Kind.MATRIX;

    @Option(
        names = "--seed",
        defaultValue = "0",
        paramLabel = "N",
        description = "Seed of the draw. Default: 0.")
    long seed;

    @Option(
        names = "--model",
        paramLabel = "MODEL",
        description = "The mask's model; needed by all kinds but matrix.")
    @Nullable String model;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Where to write.")
    Path out = Path.of("");

    Random(Console console) {
      this.console = console;
    }

    @Override
    public Integer call() throws IOException {
      Mask mask = MaskReference.parse(file).read();
      Mask made = Masks.random(mask, kind, seed, model);
      Written told = Written.of(out, Masks.convert(made, MaskForm.named(out), out, null));
      console.result(common.json, told, told.text());
      return ExitCode.SUCCESS;
    }
  }
}
