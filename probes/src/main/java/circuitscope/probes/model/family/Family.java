package circuitscope.probes.model.family;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.TensorMap;
import java.util.Set;

/**
 * A family of checkpoints: reads {@code config.json} into the decoder's description, and says which
 * tensor fills which slot. Absent keys take the defaults of Hugging Face transformers 5.17.
 */
public interface Family {
  /** Values of {@code model_type} that this family answers to. */
  Set<String> modelTypes();

  /** What the decoder computes for that config. */
  DecoderSpec spec(HfConfig config);

  /** Where its parameters are stored. */
  TensorMap tensors(HfConfig config);

  /** Whether the unembedding is the embedding when the config does not say. */
  default boolean tiedByDefault() {
    return false;
  }
}
