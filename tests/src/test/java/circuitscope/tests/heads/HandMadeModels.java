package circuitscope.tests.heads;

import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.model.HeadName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Attention-only models of two layers whose weights are set by hand, written as Hugging Face
 * folders, so that what their heads do is known: {@link HandMadeWeights} says how.
 *
 * <p>Of the heads of layer 0, one for each offset 1, 2, …, n−1 copies the token at that offset. One
 * head of layer 1 attends to the followers of earlier copies of the last n−1 tokens and says which
 * token it found there; where there is none, it rests on position 0. Its order is n: it attends to
 * followers of the previous n−1 tokens, so order 2 is the induction head. All other heads attend to
 * everything equally and write nothing.
 */
public final class HandMadeModels {
  private static final int LEAST_HEADS = 4;

  private HandMadeModels() {}

  /**
   * A model in a folder.
   *
   * @param order n of the head of layer 1
   * @param vocab token 0 is the end-of-text token, which no head copies; the others are alike
   * @param offsetHeads the heads of layer 0 that look 1, 2, … positions back
   * @param matchingHead the head of order n, in layer 1
   */
  public record HandMade(
      Path folder,
      int order,
      int vocab,
      int context,
      List<HeadName> offsetHeads,
      HeadName matchingHead) {

    /** The head that attends to the previous token. */
    public HeadName previousTokenHead() {
      return offsetHeads.getFirst();
    }

    /** The head that makes position 0 a place to rest. */
    public HeadName startHead() {
      return new HeadName(0, HandMadeWeights.START_HEAD);
    }

    /** The heads that do nothing. */
    public List<HeadName> idleHeads() {
      int heads = Math.max(LEAST_HEADS, order);
      return IntStream.range(0, 2 * heads)
          .mapToObj(i -> new HeadName(i / heads, i % heads))
          .filter(head -> !offsetHeads.contains(head))
          .filter(head -> !head.equals(startHead()) && !head.equals(matchingHead))
          .toList();
    }
  }

  /** A previous-token head L0H1 and an induction head L1H2; 59 ordinary tokens, 512 positions. */
  public static HandMade induction(Path folder) {
    return ngram(2, 60, folder);
  }

  /** A head of order 3, L1H2, on L0H1 (offset 1) and L0H2 (offset 2); 31 ordinary tokens. */
  public static HandMade trigram(Path folder) {
    return ngram(3, 32, folder);
  }

  /** A head of order n ≥ 2. */
  public static HandMade ngram(int order, int vocab, Path folder) {
    HandMadeWeights weights = new HandMadeWeights(order, vocab, Math.max(LEAST_HEADS, order));
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("config.json"), Json.pretty(weights.config()));
      Files.writeString(folder.resolve("tokenizer.json"), Json.pretty(tokenizer(vocab)));
      SafetensorsWriter.write(
          folder.resolve("model.safetensors"), Map.of("format", "pt"), weights.tensors());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new HandMade(
        folder,
        order,
        vocab,
        HandMadeWeights.CONTEXT,
        IntStream.range(1, order).mapToObj(offset -> new HeadName(0, offset)).toList(),
        new HeadName(1, HandMadeWeights.MATCHING_HEAD));
  }

  /** One word a token: end of text, then t1, t2, … */
  private static Map<String, Object> tokenizer(int vocab) {
    Map<String, Integer> words = new LinkedHashMap<>();
    words.put("<|endoftext|>", 0);
    IntStream.range(1, vocab).forEach(id -> words.put("t" + id, id));
    Map<String, Object> endOfText = new LinkedHashMap<>();
    endOfText.put("id", 0);
    endOfText.put("content", "<|endoftext|>");
    List.of("single_word", "lstrip", "rstrip", "normalized").forEach(k -> endOfText.put(k, false));
    endOfText.put("special", true);
    Map<String, Object> tokenizer = new LinkedHashMap<>();
    tokenizer.put("version", "1.0");
    tokenizer.put("added_tokens", List.of(endOfText));
    tokenizer.put("pre_tokenizer", Map.of("type", "WhitespaceSplit"));
    tokenizer.put(
        "model", Map.of("type", "WordLevel", "vocab", words, "unk_token", "<|endoftext|>"));
    return tokenizer;
  }

  /** Random tokens, the end-of-text token left out. */
  public static int[] randomTokens(HandMade model, int length, long seed) {
    return new Random(seed).ints(length, 1, model.vocab()).toArray();
  }

  /** End of text, then distinct random tokens given {@code times} times. */
  public static int[] repeatedBlock(HandMade model, int length, int times, long seed) {
    List<Integer> tokens = new ArrayList<>(IntStream.range(1, model.vocab()).boxed().toList());
    Collections.shuffle(tokens, new Random(seed));
    int[] ids = new int[1 + length * times];
    for (int i = 1; i < ids.length; i++) {
      ids[i] = tokens.get((i - 1) % length);
    }
    return ids;
  }
}
