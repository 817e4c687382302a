package circuitscope.app.session.job.run;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.family.Families;
import java.io.IOException;
import java.nio.file.Path;

/** How large a model is, from its configuration alone. */
record ModelSize(DecoderSpec spec, long parameters) {
  static ModelSize of(String model) throws IOException {
    ModelId id = ModelId.parse(model);
    Path location = ModelCache.ofUser().resolve(id);
    if (id instanceof ModelId.RandomWeights(Path config, long ignored)) {
      return of(HfConfig.read(config));
    }
    try (Checkpoint checkpoint = Checkpoint.open(location)) {
      return of(checkpoint.config());
    }
  }

  private static ModelSize of(HfConfig config) {
    long bytes = MemoryEstimate.weights(config, Precision.FP32).bytes();
    return new ModelSize(Families.of(config).spec(config), bytes / Precision.FP32.bytes());
  }

  long weightBytes(Precision precision) {
    return parameters * precision.bytes();
  }
}
