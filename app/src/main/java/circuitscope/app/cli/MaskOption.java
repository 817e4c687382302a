package circuitscope.app.cli;

import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which weights of the model are kept. */
final class MaskOption {
  @Option(
      names = "--mask",
      paramLabel = "FILE[:complement|:random@SEED]",
      description =
          "Keep only the weights of this mask (.safetensors, .npz or .pickle); :complement keeps"
              + " the others, :random@SEED as many of each matrix at random.")
  @Nullable String mask;

  @Nullable MaskReference reference() throws IOException {
    return mask == null ? null : MaskReference.parse(mask);
  }
}
