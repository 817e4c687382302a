package circuitscope.app.session;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A model on a device with its tokenizer; closing it frees both. */
public final class OpenModel implements AutoCloseable {
  /** Shares of the time to open: unpacking libtorch (first use only), then the weights. */
  private static final double UNPACKING = 0.3;

  private final ModelChoice choice;
  private final @Nullable Checkpoint checkpoint;
  private final Model whole;
  private final Model model;
  private final @Nullable Tokenizer tokenizer;
  private final boolean lent;

  private OpenModel(
      ModelChoice choice,
      @Nullable Checkpoint checkpoint,
      Model whole,
      @Nullable Mask mask,
      @Nullable Tokenizer tokenizer) {
    this.choice = choice;
    this.checkpoint = checkpoint;
    this.whole = whole;
    this.model = mask == null ? whole : masked(whole, mask);
    this.tokenizer = tokenizer;
    this.lent = false;
  }

  /** A mask on the weights of another, which keeps them. */
  private OpenModel(OpenModel owner, ModelChoice choice, Mask mask) {
    this.choice = choice;
    this.checkpoint = owner.checkpoint;
    this.whole = owner.whole;
    this.model = whole.masked(mask.fittedTo(whole).weightMask());
    this.tokenizer = owner.tokenizer;
    this.lent = true;
  }

  private static Model masked(Model whole, Mask mask) {
    try {
      return whole.masked(mask.fittedTo(whole).weightMask());
    } catch (RuntimeException e) {
      whole.close();
      throw e;
    }
  }

  /**
   * Opens what was chosen.
   *
   * @param needsTokenizer whether text is to be read; without need a missing one is no error
   * @throws SetupException when libtorch is not as it must be
   * @throws circuitscope.subnetworks.mask.MaskException when the mask is of another model
   * @throws IOException when files cannot be read
   */
  public static OpenModel open(ModelChoice choice, boolean needsTokenizer, Progress progress)
      throws IOException {
    ModelId id = ModelId.parse(choice.model());
    Path location = ModelCache.ofUser().resolve(id);
    Precision precision = Precision.parse(choice.dtype());
    Mask mask = choice.mask() == null ? null : choice.mask().open();
    prepareEngine(progress, UNPACKING);
    startEngineBeside();
    if (id instanceof ModelId.RandomWeights(Path config, long seed)) {
      return random(choice, config, seed, precision, mask, needsTokenizer, progress);
    }
    Checkpoint checkpoint = Checkpoint.open(location);
    try {
      Tokenizer tokenizer = tokenizer(choice, checkpoint::tokenizer, needsTokenizer);
      ComputeDevice device = ComputeDevice.parse(choice.device());
      Progress loading = progress.step("loading " + id.text(), 1);
      Model model =
          Model.load(
              checkpoint,
              device,
              precision,
              (tensor, done, total) -> {
                if (loading.total() != total) {
                  loading.begin(total, "bytes");
                }
                loading.advanceTo(done);
              });
      return new OpenModel(choice, checkpoint, model, mask, tokenizer);
    } catch (IOException | RuntimeException e) {
      checkpoint.close();
      throw e;
    }
  }

  private static OpenModel random(
      ModelChoice choice,
      Path config,
      long seed,
      Precision precision,
      @Nullable Mask mask,
      boolean needsTokenizer,
      Progress progress)
      throws IOException {
    Path folder = config.toAbsolutePath().resolveSibling("");
    Tokenizer tokenizer = tokenizer(choice, () -> Tokenizer.open(folder), needsTokenizer);
    ComputeDevice device = ComputeDevice.parse(choice.device());
    progress.step("drawing random weights", 1);
    Model model = Model.random(HfConfig.read(config), seed, device, precision);
    return new OpenModel(choice, null, model, mask, tokenizer);
  }

  /**
   * Libtorch takes a good part of a second to load; meanwhile the tokenizer and the checkpoint are
   * read. What goes wrong here goes wrong again, and is told, where the device is asked for.
   */
  private static void startEngineBeside() {
    Thread.ofPlatform()
        .daemon()
        .name("engine start")
        .uncaughtExceptionHandler((thread, failure) -> {})
        .start(() -> ComputeDevice.parse("auto"));
  }

  /** Makes sure that the engine can start; everything that computes calls this first. */
  static void prepareEngine(Progress progress, double share) {
    Map<String, String> environment = System.getenv();
    Libtorch libtorch = Libtorch.find(environment);
    boolean unpacks = libtorch instanceof Libtorch.Bundled bundled && !bundled.unpacked();
    libtorch.prepare(
        environment, unpacks ? progress.step("unpacking libtorch (once)", share) : progress);
  }

  /**
   * What a device is called in results, whichever of its kind it is: {@code cpu} or {@code cuda}.
   * Starts the engine only where that is needed to know.
   */
  public static String deviceKind(String device) {
    boolean bundled = Libtorch.find(System.getenv()) instanceof Libtorch.Bundled; // for CPUs
    if (device.equals("cpu") || (device.equals("auto") && bundled)) {
      return "cpu";
    }
    return device.startsWith("cuda") || device(device).gpu() ? "cuda" : "cpu";
  }

  /**
   * Makes sure that a device can be used.
   *
   * @throws IllegalArgumentException for a GPU that libtorch does not see
   * @throws SetupException when libtorch is not as it must be
   */
  public static void checkDevice(String device) {
    if (device.startsWith("cuda")) {
      device(device);
    }
  }

  /** Memory that new arrays can take on a device now. */
  public static long freeBytes(String device) {
    return MemoryEstimate.freeBytes(
        deviceKind(device).equals("cpu") ? ComputeDevice.CPU : device(device));
  }

  private static ComputeDevice device(String device) {
    prepareEngine(Progress.silent(), UNPACKING);
    return ComputeDevice.parse(device);
  }

  @FunctionalInterface
  private interface TokenizerSource {
    Tokenizer open() throws IOException;
  }

  private static @Nullable Tokenizer tokenizer(
      ModelChoice choice, TokenizerSource own, boolean needed) throws IOException {
    if (choice.tokenizer() != null) {
      return Tokenizer.open(choice.tokenizer());
    }
    try {
      return own.open();
    } catch (TokenizerException e) {
      if (needed) {
        throw e;
      }
      return null;
    }
  }

  /** The model, masked if a mask was chosen. */
  public Model model() {
    return model;
  }

  public @Nullable Tokenizer tokenizer() {
    return tokenizer;
  }

  public ModelChoice choice() {
    return choice;
  }

  /** The model as a subject of questions about {@code input}; see {@link Subject}. */
  public Subject about(@Nullable TokenInput input, @Nullable Path workspace) {
    return new Subject(model, tokenizer, input, workspace);
  }

  /**
   * The same weights under another mask, without reading them again. It must be closed before this
   * one, and closing it leaves this one open.
   *
   * @throws circuitscope.subnetworks.mask.MaskException when the mask is of another model
   */
  public OpenModel masked(MaskReference reference) throws IOException {
    ModelChoice masked =
        new ModelChoice(
            choice.model(), choice.tokenizer(), choice.device(), choice.dtype(), reference);
    return new OpenModel(this, masked, reference.open());
  }

  @Override
  public void close() {
    model.close();
    if (lent) {
      return;
    }
    whole.close();
    if (checkpoint != null) {
      checkpoint.close();
    }
    if (tokenizer != null) {
      tokenizer.close();
    }
  }
}
