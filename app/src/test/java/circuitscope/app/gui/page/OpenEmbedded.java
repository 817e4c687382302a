package circuitscope.app.gui.page;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The embedded checkpoint, open as a page finds it and as the command line does. */
public final class OpenEmbedded implements AutoCloseable {
  public static final String MODEL = "embedded:gpt2-4l";

  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test;
  private final LoadedModel model;

  public OpenEmbedded() {
    this(Optional.empty());
  }

  /** The checkpoint in a window that stores runs in a folder. */
  public OpenEmbedded(Optional<Path> data) {
    test = new TestServices(jobs, data);
    test.services().models().open(new ModelChoice(MODEL, null, "cpu", "fp32"));
    model = test.services().models().open().getFirst();
  }

  public InlineJobs jobs() {
    return jobs;
  }

  public TestServices test() {
    return test;
  }

  public Services services() {
    return test.services();
  }

  public OpenModel opened() {
    return model.opened();
  }

  /** A run without any page. */
  public AnalysisRun.Finished<?, ?> run(
      String analysis, Map<String, ?> parameters, @Nullable TokenInput input, @Nullable Path out) {
    AnalysisRun<?, ?> run =
        AnalysisRun.of(services().analyses().get().find(analysis), parameters, input);
    return run.on(opened(), out, Progress.silent());
  }

  /** A run on the weights of a mask, opened anew. */
  public AnalysisRun.Finished<?, ?> runMasked(
      String analysis, Map<String, ?> parameters, @Nullable TokenInput input, String mask)
      throws IOException {
    AnalysisRun<?, ?> run =
        AnalysisRun.of(services().analyses().get().find(analysis), parameters, input);
    ModelChoice choice = new ModelChoice(MODEL, null, "cpu", "fp32", MaskReference.parse(mask));
    try (OpenModel masked = OpenModel.open(choice, false, Progress.silent())) {
      return run.on(masked, null, Progress.silent());
    }
  }

  /** A mask that keeps a share of the weights at random; nothing is trained. */
  public Path mask(Path folder, double keep, long seed) {
    run("subnetwork.train", Map.of("method", "random", "keep", keep, "seed", seed), null, folder);
    try (var files = java.nio.file.Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".safetensors"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    services().models().unload(model);
  }
}
