package circuitscope.probes.residual;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One MLP neuron: which tokens it reads, which it writes, and where in a text it is active.
 *
 * <p>Reads: the token's embedding times the neuron's input weights (Geva et al. 2021), through the
 * gain and centring of the norm before the MLP. Writes: its output weights times the unembedding
 * (Geva et al. 2022), through those of the final norm. Both leave out every layer between, so early
 * readings and late writings are the trustworthy ones.
 */
public final class NeuronAnalysis implements Analysis<NeuronAnalysis.Parameters, NeuronView> {
  private static final Pattern NAME = Pattern.compile("L(\\d{1,4})N(\\d{1,7})");

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Layer and number of the neuron, both from 0, as in L3N512") String neuron,
      @Param(help = "Tokens listed on each side", byDefault = "10", min = 1) int top,
      @Param(help = "Tokens a window", byDefault = "128", min = 1, unit = "tokens") int length,
      @Param(help = "Windows run at once", byDefault = "8", min = 1, unit = "windows") int batch,
      @Param(help = "Stop after so many windows", byDefault = "64", min = 1, unit = "windows")
          long maxWindows,
      @Param(help = "Tokens shown on each side of an active one", byDefault = "8", min = 0)
          int context) {}

  @Override
  public String id() {
    return "residual.neuron";
  }

  @Override
  public String title() {
    return "One neuron";
  }

  @Override
  public String description() {
    return "What one MLP neuron reads (tokens by embedding · input weights), what it writes (tokens"
        + " by output weights · unembedding), and where in a text it is most active.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --neuron L3N281";
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
  public NeuronView run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    Matcher name = NAME.matcher(p.neuron());
    if (!name.matches()) {
      throw new IllegalArgumentException(
          "'%s' is not a neuron; neurons are named like L3N512, layer 3 and neuron 512, from 0"
              .formatted(p.neuron()));
    }
    int layer = Integer.parseInt(name.group(1));
    int neuron = Integer.parseInt(name.group(2));
    int width = model.spec().mlp().dMlp();
    if (layer >= model.spec().layers() || neuron >= width) {
      throw new IllegalArgumentException(
          "there is no neuron %s; this model has L0N0 to L%dN%d"
              .formatted(p.neuron(), model.spec().layers() - 1, width - 1));
    }
    NeuronWeights weights = new NeuronWeights(model, layer, neuron);
    NeuronText text = new NeuronText(p.top(), p.context());
    TokensRead read = activations(subject, p, layer, neuron, text, progress);
    return NeuronView.of(subject, p.neuron(), weights, text, p.top(), read);
  }

  private static TokensRead activations(
      Subject subject, Parameters p, int layer, int neuron, NeuronText text, Progress progress) {
    Column column = new Column(Site.of(SiteKind.MLP_POST, layer), neuron);
    try (TokenRows rows = subject.rows(p.length(), p.maxWindows())) {
      progress.begin(rows.total(), rows.unit());
      for (List<TokenWindow> some = rows.next(p.batch());
          !some.isEmpty();
          some = rows.next(p.batch())) {
        TokenBatch batch = TokenBatch.of(some.stream().map(TokenWindow::ids).toList());
        subject.model().run(batch, column);
        text.add(batch, column.values.removeLast());
        progress.advanceTo(rows.done());
      }
      return rows.read();
    }
  }

  /** Reads one neuron's values, {@code [batch × position]}, and keeps nothing else. */
  private record Column(Site site, int neuron, List<float[]> values) implements Taps {
    Column(Site site, int neuron) {
      this(site, neuron, new ArrayList<>());
    }

    @Override
    public boolean wants(Site asked) {
      return asked.equals(site);
    }

    @Override
    public NDArray at(Site asked, NDArray value) {
      NDIndex column = new NDIndex(":, :, {}", neuron);
      values.add(value.get(column).toType(DataType.FLOAT32, false).flatten().toFloatArray());
      return value;
    }
  }
}
