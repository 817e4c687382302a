package circuitscope.app.session;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.Versions;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskBlocks;
import circuitscope.subnetworks.mask.MaskForm;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.mask.MaskedCheckpoint;
import circuitscope.subnetworks.mask.RandomMasks;
import circuitscope.subnetworks.mask.WeightValues;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Work on masks that needs a model's files but no model on a device. */
public final class Masks {

  /** What a random mask has in common with the given one. */
  public enum Kind {
    MATRIX,
    BLOCK,
    ROW,
    MAGNITUDE
  }

  private Masks() {}

  /** Where a model's queries, keys, values and MLP weights lie; reads its configuration alone. */
  public static MaskBlocks geometry(String model) throws IOException {
    ModelId id = ModelId.parse(model);
    Path location = ModelCache.ofUser().resolve(id);
    if (id instanceof ModelId.RandomWeights(Path config, long ignored)) {
      return MaskBlocks.of(HfConfig.read(config));
    }
    try (Checkpoint checkpoint = Checkpoint.open(location)) {
      return MaskBlocks.of(checkpoint.config());
    }
  }

  /**
   * Stores a mask in another form.
   *
   * @param model checks the mask against that model, under whose names it is written; may be null
   */
  public static Mask convert(Mask mask, MaskForm form, Path out, @Nullable String model)
      throws IOException {
    Mask written = mask;
    if (model != null) {
      try (Checkpoint checkpoint = open(model)) {
        written = mask.fittedTo(checkpoint);
        if (mask.provenance().get(MaskProvenance.MODEL_DIGEST) == null) {
          written =
              written.with(
                  mask.provenance()
                      .with(MaskProvenance.MODEL, model)
                      .with(MaskProvenance.MODEL_DIGEST, checkpoint.digest()));
        }
      }
    }
    form.write(out, stamped(written));
    return written;
  }

  /** Writes a Hugging Face folder with the weights that the mask does not keep at zero. */
  public static void checkpoint(Mask mask, Path folder, String model) throws IOException {
    try (Checkpoint checkpoint = open(model)) {
      MaskedCheckpoint.write(folder, checkpoint, stamped(mask));
    }
  }

  /**
   * A random mask like another.
   *
   * @param model needed by all kinds but {@link Kind#MATRIX}
   */
  public static Mask random(Mask mask, Kind kind, long seed, @Nullable String model)
      throws IOException {
    if (kind == Kind.MATRIX) {
      return RandomMasks.perMatrix(mask, seed);
    }
    if (model == null) {
      throw new IllegalArgumentException(
          "drawing by %s needs the model: give --model MODEL"
              .formatted(kind.toString().toLowerCase(Locale.ROOT)));
    }
    if (kind == Kind.MAGNITUDE) {
      try (Checkpoint checkpoint = open(model)) {
        return RandomMasks.perMagnitude(mask, WeightValues.of(checkpoint), seed);
      }
    }
    MaskBlocks geometry = geometry(model);
    return kind == Kind.BLOCK
        ? RandomMasks.perBlock(mask, geometry, seed)
        : RandomMasks.perRow(mask, geometry, seed);
  }

  private static Checkpoint open(String model) throws IOException {
    return Checkpoint.open(ModelCache.ofUser().resolve(ModelId.parse(model)));
  }

  /** The mask with the versions that wrote it, unless its own are known. */
  private static Mask stamped(Mask mask) {
    return mask.provenance().get(MaskProvenance.VERSIONS) != null
        ? mask
        : mask.with(
            mask.provenance()
                .with(MaskProvenance.VERSIONS, "circuitscope " + Versions.current().product()));
  }
}
