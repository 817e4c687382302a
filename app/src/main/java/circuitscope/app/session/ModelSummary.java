package circuitscope.app.session;

import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.family.Families;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model's description, read from its files without loading it.
 *
 * @param parameters null for random weights, which have no files
 * @param storedTypes tensors of each stored type
 * @param weightBytes memory for the weights, by device and dtype
 * @param tokenizer null when there is none
 */
public record ModelSummary(
    String model,
    String location,
    String family,
    int layers,
    int heads,
    int keyValueHeads,
    int dModel,
    int dHead,
    int dMlp,
    int vocab,
    int contextLength,
    @Nullable Long parameters,
    @Nullable Long storedBytes,
    Map<String, Integer> storedTypes,
    Map<String, Long> weightBytes,
    @Nullable TokenizerPart tokenizer) {

  /** What is known of the tokenizer; an id is null when the vocabulary has no such token. */
  public record TokenizerPart(
      String source,
      int vocabulary,
      String encoding,
      @Nullable Integer bos,
      @Nullable Integer eos,
      @Nullable Integer beforeDocuments) {

    private static TokenizerPart of(Tokenizer tokenizer) {
      return new TokenizerPart(
          tokenizer.source(),
          tokenizer.vocabularySize(),
          tokenizer.encoding().name().toLowerCase(Locale.ROOT).replace('_', '-'),
          orNull(tokenizer.specialTokens().bos()),
          orNull(tokenizer.specialTokens().eos()),
          orNull(tokenizer.endOfText()));
    }

    private static @Nullable Integer orNull(OptionalInt id) {
      return id.isPresent() ? id.getAsInt() : null;
    }
  }

  /** Reads the files of a model. */
  public static ModelSummary of(String model) throws IOException {
    ModelId id = ModelId.parse(model);
    Path location = ModelCache.ofUser().resolve(id);
    if (id instanceof ModelId.RandomWeights) {
      HfConfig config = HfConfig.read(location);
      return of(id, location, config, null, null, new TreeMap<>(), null);
    }
    try (Checkpoint checkpoint = Checkpoint.open(location)) {
      long parameters = 0;
      long bytes = 0;
      Map<String, Integer> types = new TreeMap<>();
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        parameters += tensor.shape().elements();
        bytes += tensor.bytes().byteSize();
        types.merge(tensor.type().name(), 1, Integer::sum);
      }
      TokenizerPart tokenizer = tokenizer(checkpoint);
      return of(id, location, checkpoint.config(), parameters, bytes, types, tokenizer);
    }
  }

  private static ModelSummary of(
      ModelId id,
      Path location,
      HfConfig config,
      @Nullable Long parameters,
      @Nullable Long bytes,
      Map<String, Integer> types,
      @Nullable TokenizerPart tokenizer) {
    DecoderSpec spec = Families.of(config).spec(config);
    Map<String, Long> memory = new TreeMap<>();
    if (parameters != null) {
      memory.put("cpu fp32", 4 * parameters);
      memory.put("cuda fp32, tf32", 4 * parameters);
      memory.put("cuda fp16", 2 * parameters);
    }
    return new ModelSummary(
        id.text(),
        location.toString(),
        spec.family(),
        spec.layers(),
        spec.attention().heads(),
        spec.attention().groups(),
        spec.dModel(),
        spec.attention().dHead(),
        spec.mlp().dMlp(),
        spec.vocab(),
        spec.contextLength(),
        parameters,
        bytes,
        types,
        memory,
        tokenizer);
  }

  private static @Nullable TokenizerPart tokenizer(Checkpoint checkpoint) throws IOException {
    try (Tokenizer tokenizer = checkpoint.tokenizer()) {
      return TokenizerPart.of(tokenizer);
    } catch (TokenizerException e) {
      return null;
    }
  }

  /** The description as lines for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "model", model);
    line(text, "files", location);
    line(text, "family", family);
    line(
        text,
        "shape",
        "%d layers × %d wide, %d heads of %d (%d key/value), MLP %d, vocabulary %,d, context %,d"
            .formatted(layers, dModel, heads, dHead, keyValueHeads, dMlp, vocab, contextLength));
    if (parameters != null && storedBytes != null) {
      line(
          text,
          "weights",
          "%,d stored parameters, %s as %s"
              .formatted(parameters, Doctor.bytes(storedBytes), storedTypes));
    }
    weightBytes.forEach((where, bytes) -> line(text, "needs on " + where, Doctor.bytes(bytes)));
    if (tokenizer == null) {
      line(text, "tokenizer", "none; give one with --tokenizer, or tokens with --ids");
    } else {
      line(
          text,
          "tokenizer",
          "%,d tokens, %s, BOS %s, EOS %s, before documents %s, from %s"
              .formatted(
                  tokenizer.vocabulary(),
                  tokenizer.encoding(),
                  orNone(tokenizer.bos()),
                  orNone(tokenizer.eos()),
                  orNone(tokenizer.beforeDocuments()),
                  tokenizer.source()));
    }
    return text.toString();
  }

  private static Object orNone(@Nullable Integer id) {
    return id == null ? "none" : id;
  }

  private static void line(StringBuilder text, String name, String value) {
    text.append(String.format(Locale.ROOT, "%-26s %s%n", name, value));
  }
}
