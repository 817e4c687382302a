package circuitscope.probes.ngram;

import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.corpus.TokenWindows;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a counting has come, as its folder of runs says it.
 *
 * @param question what is counted; a counting goes on only with the same
 * @param position where the windows after those of the runs begin
 * @param link the tokens' {@link StreamDigest} up to there
 * @param runs the finished runs
 */
record CountState(Question question, TokenWindows.Position position, String link, List<Run> runs) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String FILE = "state.json";

  /** A text as it was when counting began. */
  record Text(String path, long bytes) {}

  /** What determines the counts. */
  record Question(
      List<Text> texts, @Nullable String field, String tokenizerDigest, int order, int length) {

    static Question of(Corpus corpus, String tokenizerDigest, int order, int length)
        throws IOException {
      List<Text> texts = new ArrayList<>();
      for (Path file : corpus.files()) {
        texts.add(new Text(file.toString(), Files.exists(file) ? Files.size(file) : 0));
      }
      return new Question(texts, corpus.field(), tokenizerDigest, order, length);
    }
  }

  /** A file of counts and how many n-grams it holds. */
  record Run(String name, long entries) {}

  static CountState start(Question question) {
    return new CountState(
        question, TokenWindows.Position.START, StreamDigest.start().link(), List.of());
  }

  /**
   * The state in a folder, or the start where there is none.
   *
   * @throws CountsException when it is that of another question
   */
  static CountState read(Path folder, Question question) throws IOException {
    Path file = folder.resolve(FILE);
    if (Files.notExists(file)) {
      return start(question);
    }
    CountState state;
    try {
      state = JSON.readValue(file.toFile(), CountState.class);
    } catch (JacksonException e) {
      throw new CountsException(
          "%s cannot be read (%s); delete the folder and count again"
              .formatted(file, e.getOriginalMessage()),
          e);
    }
    if (!state.question.equals(question)) {
      throw new CountsException(
          "%s is of another counting: %s, now %s; delete the folder, or write to another file"
              .formatted(file, state.question, question));
    }
    return state;
  }

  /** Replaces the state in a folder, which at any time is the old one or the new one. */
  void write(Path folder) throws IOException {
    Path part = folder.resolve(FILE + ".part");
    Files.write(part, JSON.writeValueAsBytes(this));
    Files.move(
        part,
        folder.resolve(FILE),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
