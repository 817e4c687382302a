package circuitscope.subnetworks.circuits;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.circuits.Circuit;
import circuitscope.probes.circuits.EapJson;
import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A circuit beside a subnetwork of weights: what share of each node's and edge's weights the mask
 * keeps, and the circuit itself as a mask.
 */
public final class CircuitMaskAnalysis
    implements Analysis<CircuitMaskAnalysis.Parameters, CircuitMaskResult> {
  /** The circuit as a mask, in the folder of the result. */
  public static final String FILE = "circuit-mask.safetensors";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "The circuit: JSON of 'circuit find', EAP-IG or MIB") Path circuit,
      @Param(
              help = "Subnetwork to compare it with: FILE, FILE:complement or FILE:random@SEED",
              optional = true)
          @Nullable String mask,
      @Param(help = "Random choices of as many heads", byDefault = "1000", min = 1) int draws,
      @Param(help = "Seed of the random choices", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "circuit.mask";
  }

  @Override
  public String title() {
    return "A circuit and a subnetwork";
  }

  @Override
  public String description() {
    return "What share of the weights of a circuit's nodes and edges a subnetwork keeps, beside the"
        + " other heads; with --out also the circuit as a mask.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --circuit induction/circuit.json"
        + " --mask masks/lambda-10.safetensors --out circuit-mask";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public CircuitMaskResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    try {
      Circuit circuit = EapJson.read(p.circuit(), model.spec());
      CircuitWeights weights = new CircuitWeights(model, circuit.graph());
      Mask own = weights.mask(circuit, "circuit");
      if (subject.workspace() != null) {
        MaskFile.write(subject.requireWorkspace().resolve(FILE), own);
      }
      Mask compared = p.mask() == null ? own : MaskReference.parse(p.mask()).read().fittedTo(model);
      return CircuitMaskResult.of(circuit, own, compared, weights, p.draws(), p.seed());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
