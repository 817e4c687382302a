package circuitscope.probes.ngram;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.corpus.TokenShard;
import circuitscope.probes.corpus.TokenShards;
import circuitscope.probes.corpus.TokenWindows;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counting on several machines. What takes long is the encoding, so that is what shards share;
 * which pairs stand in one window is only known with all tokens before them, so the counting itself
 * is done where the shards are put together. The counts file is the same, byte for byte, as that of
 * one machine.
 */
public final class ShardedCounting {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String QUESTION = "question";

  private ShardedCounting() {}

  /** Encodes one shard of a plan and writes it to {@code plan.out()}. */
  public static TokenShard.Encoded encode(
      NgramCounter.Plan plan, TokenShard shard, Tokenizer tokenizer, Progress progress)
      throws IOException {
    CountState.Question question =
        CountState.Question.of(
            plan.corpus(), VocabularyDigest.of(tokenizer), plan.order(), plan.length());
    Map<String, String> about = new TreeMap<>();
    about.put(QUESTION, JSON.writeValueAsString(question));
    about.put("vocabulary", Integer.toString(tokenizer.vocabularySize()));
    about.put("tokenizer", tokenizer.source());
    return shard.write(
        plan.out(), plan.corpus(), tokenizer, about, plan.threads(), progress.step("encoding", 1));
  }

  /**
   * Counts what all shards of a plan encoded.
   *
   * @param out the counts file
   * @param memoryBytes for the table, as in {@link NgramCounter.Plan}
   * @throws circuitscope.probes.corpus.CorpusException when a shard is missing or of another plan
   */
  public static CountsProvenance merge(
      List<Path> files, Path out, long memoryBytes, boolean resume, Progress progress)
      throws IOException {
    try (TokenShards shards = TokenShards.open(files)) {
      CountState.Question question = question(shards);
      List<Path> texts = question.texts().stream().map(text -> Path.of(text.path())).toList();
      NgramCounter.Plan plan =
          new NgramCounter.Plan(
              new Corpus(texts, question.field()),
              question.order(),
              question.length(),
              out,
              memoryBytes,
              1,
              resume);
      NgramCounter.Source source =
          new NgramCounter.Source(
              Integer.parseInt(shards.about().getOrDefault("vocabulary", "0")),
              shards.about().getOrDefault("tokenizer", ""),
              question,
              position -> TokenWindows.open(shards, question.length(), position));
      try (NgramCounter counter = new NgramCounter(plan, source, NgramCounter.Pace.USUAL)) {
        return counter.run(progress);
      }
    }
  }

  private static CountState.Question question(TokenShards shards) {
    try {
      return JSON.readValue(shards.about().getOrDefault(QUESTION, ""), CountState.Question.class);
    } catch (JsonProcessingException e) {
      throw new CountsException(
          "the shards do not say what was counted (%s); make them again"
              .formatted(e.getOriginalMessage()),
          e);
    }
  }
}
