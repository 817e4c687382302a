package circuitscope.models.checkpoint.gguf;

import circuitscope.models.tokenizer.SpecialTokens;
import circuitscope.models.tokenizer.SpecialTokens.AddBos;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.models.tokenizer.TokenizerException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** The metadata {@code tokenizer.ggml.*} of a GGUF file as a Hugging Face tokenizer.json. */
final class GgufTokenizer {
  private static final String REMEDY = "; give the tokenizer's folder (--tokenizer DIR)";

  /** Values of {@code tokenizer.ggml.token_type} that stand for themselves in a text. */
  private static final int UNKNOWN = 2;

  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  /** How SentencePiece writes a space. */
  private static final String SPACE = "\u2581";

  private final GgufMetadata metadata;
  private final List<String> tokens;
  private final Map<String, Integer> ids;

  private GgufTokenizer(GgufMetadata metadata) {
    this.metadata = metadata;
    this.tokens = metadata.texts("tokenizer.ggml.tokens");
    this.ids = HashMap.newHashMap(tokens.size());
    for (int id = 0; id < tokens.size(); id++) {
      Integer earlier = ids.put(tokens.get(id), id);
      if (earlier != null) {
        throw failed("token '%s' is both %d and %d".formatted(tokens.get(id), earlier, id));
      }
    }
  }

  /**
   * @throws TokenizerException if the file has none, or one of a kind that cannot be made again
   */
  static Tokenizer open(GgufMetadata metadata) {
    if (!metadata.has("tokenizer.ggml.tokens")) {
      throw new TokenizerException(metadata.file() + ": has no tokenizer" + REMEDY);
    }
    GgufTokenizer made = new GgufTokenizer(metadata);
    String model = metadata.text("tokenizer.ggml.model");
    String source = metadata.file().toString();
    return switch (model) {
      case "gpt2" -> {
        PreTokenizer pre = made.preTokenizer();
        yield Tokenizer.fromJson(
            made.byteLevel(pre).toString(), made.special(pre.ignoresMerges()), source);
      }
      case "llama" ->
          Tokenizer.fromJson(made.sentencePiece().toString(), made.special(true), source);
      default ->
          throw made.failed(
              "tokenizer.ggml.model is '%s', expected gpt2 (byte-level BPE) or llama (SentencePiece)"
                  .formatted(model));
    };
  }

  private PreTokenizer preTokenizer() {
    // As llama.cpp: a file without the name is taken for one that does not know.
    String name = metadata.textOr("default", "tokenizer.ggml.pre");
    return PreTokenizer.named(name)
        .orElseThrow(
            () ->
                failed(
                    "tokenizer.ggml.pre is '%s', expected one of %s"
                        .formatted(name, PreTokenizer.known())));
  }

  private ObjectNode byteLevel(PreTokenizer pre) {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.set("added_tokens", addedTokens());
    json.set("normalizer", pre.normalizer());
    json.set("pre_tokenizer", pre.preTokenizer());
    json.set("decoder", PreTokenizer.byteLevel(true));
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("ignore_merges", pre.ignoresMerges());
    ids.forEach(model.putObject("vocab")::put);
    ArrayNode merges = model.putArray("merges");
    for (String merge : metadata.texts("tokenizer.ggml.merges")) {
      int space = merge.indexOf(' ', 1);
      String left = merge.substring(0, Math.max(space, 0));
      String right = merge.substring(space + 1);
      if (!ids.containsKey(left) || !ids.containsKey(right) || !ids.containsKey(left + right)) {
        throw failed("merge '%s' is not of tokens in the vocabulary".formatted(merge));
      }
      merges.addArray().add(left).add(right);
    }
    return json;
  }

  /** As Hugging Face converts a SentencePiece BPE model with byte fallback. */
  private ObjectNode sentencePiece() {
    float[] scores = metadata.reals("tokenizer.ggml.scores");
    if (scores.length != tokens.size()) {
      throw failed("%d scores for %d tokens".formatted(scores.length, tokens.size()));
    }
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
    json.set("added_tokens", addedTokens());
    boolean prefixed = metadata.flagOr(true, "tokenizer.ggml.add_space_prefix");
    ArrayNode normalizers = sequence(json, "normalizer", "normalizers");
    ArrayNode decoders = sequence(json, "decoder", "decoders");
    if (prefixed) {
      normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
    }
    replace(normalizers, " ", SPACE);
    replace(decoders, SPACE, " ");
    decoders.addObject().put("type", "ByteFallback");
    decoders.addObject().put("type", "Fuse");
    if (prefixed) {
      decoders.addObject().put("type", "Strip").put("content", " ").put("start", 1).put("stop", 0);
    }
    ObjectNode model = json.putObject("model").put("type", "BPE");
    model.put("unk_token", tokens.get(unknown()));
    model.put("fuse_unk", true).put("byte_fallback", true);
    ids.forEach(model.putObject("vocab")::put);
    ArrayNode merges = model.putArray("merges");
    for (SentencePieceMerges.Merge merge : SentencePieceMerges.of(tokens, ids, scores)) {
      merges.addArray().add(merge.left()).add(merge.right());
    }
    return json;
  }

  /** SentencePiece's own default is its first token. */
  private int unknown() {
    return role("unknown").orElse(0);
  }

  private static ArrayNode sequence(ObjectNode json, String name, String members) {
    return json.putObject(name).put("type", "Sequence").putArray(members);
  }

  private static void replace(ArrayNode steps, String from, String to) {
    ObjectNode step = steps.addObject().put("type", "Replace").put("content", to);
    step.putObject("pattern").put("String", from);
  }

  /** Tokens that are found in the text before anything else, control tokens as special ones. */
  private ArrayNode addedTokens() {
    ArrayNode added = JsonNodeFactory.instance.arrayNode();
    if (!metadata.has("tokenizer.ggml.token_type")) {
      return added;
    }
    int[] types = metadata.integers("tokenizer.ggml.token_type");
    if (types.length != tokens.size()) {
      throw failed("%d token types for %d tokens".formatted(types.length, tokens.size()));
    }
    for (int id = 0; id < types.length; id++) {
      if (types[id] >= UNKNOWN && types[id] <= USER_DEFINED) {
        added
            .addObject()
            .put("id", id)
            .put("content", tokens.get(id))
            .put("single_word", false)
            .put("lstrip", false)
            .put("rstrip", false)
            .put("normalized", false)
            .put("special", types[id] == CONTROL || types[id] == UNKNOWN);
      }
    }
    return added;
  }

  private SpecialTokens special(boolean addBosByDefault) {
    boolean addBos = metadata.flagOr(addBosByDefault, "tokenizer.ggml.add_bos_token");
    return new SpecialTokens(
        role("bos"), role("eos"), role("padding"), addBos ? AddBos.YES : AddBos.NO);
  }

  private OptionalInt role(String role) {
    OptionalInt id = metadata.optionalNatural("tokenizer.ggml." + role + "_token_id");
    if (id.isPresent() && id.getAsInt() >= tokens.size()) {
      throw failed(
          "%s_token_id %d is not in the vocabulary of %d"
              .formatted(role, id.getAsInt(), tokens.size()));
    }
    return id;
  }

  private TokenizerException failed(String problem) {
    return new TokenizerException("%s: %s%s".formatted(metadata.file(), problem, REMEDY));
  }
}
