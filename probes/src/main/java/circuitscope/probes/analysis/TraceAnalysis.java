package circuitscope.probes.analysis;

import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What stands at named sites of the forward pass, as tensors for other tools. */
public final class TraceAnalysis
    implements Analysis<TraceAnalysis.Parameters, TraceAnalysis.Traced> {

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Sites by TransformerLens name, * for any run of characters:"
                      + " blocks.*.attn.hook_pattern, logits")
          List<String> sites,
      @Param(
              help = "Tokens a row; without it the model's own context",
              optional = true,
              min = 1,
              unit = "tokens")
          @Nullable Integer context,
      @Param(
              help = "Rows to record; without it all of --ids or --text, and 8 windows of --file",
              optional = true,
              min = 1,
              unit = "rows")
          @Nullable Integer maxWindows) {

    private int rows(TokenInput input) {
      boolean files = input instanceof TokenInput.TextFiles;
      return maxWindows != null ? maxWindows : files ? WINDOWS_OF_FILES : Integer.MAX_VALUE;
    }
  }

  /** Windows of files recorded when nobody says how many. */
  private static final int WINDOWS_OF_FILES = 8;

  /** One recorded tensor. */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Recorded(String site, long[] shape) {}

  /** The answer; the values are in the tensors, under the sites' names. */
  public record Traced(
      List<Recorded> sites, TokensRead input, @JsonIgnore List<TensorSource> tensors)
      implements Result {
    @Override
    public String summary() {
      StringBuilder text = new StringBuilder();
      for (Recorded recorded : sites) {
        text.append(
            String.format(
                Locale.ROOT, "%-40s %s%n", recorded.site(), new TensorShape(recorded.shape())));
      }
      return text.toString();
    }

    @Override
    public TokensRead tokensRead() {
      return input;
    }

    @Override
    public boolean answersInTensors() {
      return true;
    }
  }

  @Override
  public String id() {
    return "trace";
  }

  @Override
  public String title() {
    return "Trace";
  }

  @Override
  public String description() {
    return "Record what stands at named sites of the forward pass, one FP32 tensor a site.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'The cat sat' --sites 'blocks.*.attn.hook_pattern'"
        + " --out patterns.safetensors";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public Traced run(Subject subject, Parameters parameters, Progress progress) {
    Model model = subject.model();
    List<Site> sites = Sites.matching(parameters.sites(), model.spec());
    Integer context = parameters.context();
    int length = context == null ? model.spec().contextLength() : context;
    int wanted = parameters.rows(subject.requireInput());
    try (TokenRows rows = subject.rows(length, wanted)) {
      List<TokenWindow> batch = rows.next(wanted);
      if (batch.isEmpty()) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": there are no tokens in it");
      }
      TokenBatch tokens = TokenBatch.of(batch.stream().map(TokenWindow::ids).toList());
      checkMemory(model, tokens, sites);
      progress.begin(sites.size(), "sites");
      List<Recorded> recorded = new ArrayList<>();
      List<TensorSource> tensors = new ArrayList<>();
      try (Trace trace = Recorder.of(model.spec(), sites).record(model, tokens)) {
        for (Site site : sites) {
          long[] shape = trace.shape(site);
          recorded.add(new Recorded(site.name(), shape));
          tensors.add(TensorSource.of(site.name(), new TensorShape(shape), trace.values(site)));
          progress.advance(1);
        }
      }
      tensors.add(ids(tokens));
      return new Traced(recorded, rows.read(), tensors);
    }
  }

  private static void checkMemory(Model model, TokenBatch tokens, List<Site> sites) {
    MemoryEstimate estimate =
        MemoryEstimate.run(
            model.spec(), model.precision(), tokens.batch(), tokens.positions(), sites);
    estimate.check(model.device());
    long heap = Runtime.getRuntime().maxMemory();
    if (estimate.bytes() > heap) {
      throw new IllegalArgumentException(
          ("the trace would take up to %s, and Java may use %s: name fewer sites, lower"
                  + " --max-windows or --context, or give Java more (JAVA_TOOL_OPTIONS=-Xmx16g)")
              .formatted(
                  MemoryEstimate.gibibytes(estimate.bytes()), MemoryEstimate.gibibytes(heap)));
    }
  }

  private static TensorSource ids(TokenBatch tokens) {
    long[] flat = new long[tokens.batch() * tokens.positions()];
    for (int row = 0; row < tokens.batch(); row++) {
      for (int position = 0; position < tokens.positions(); position++) {
        flat[row * tokens.positions() + position] = tokens.ids()[row][position];
      }
    }
    return TensorSource.of("tokens", new TensorShape(tokens.batch(), tokens.positions()), flat);
  }
}
