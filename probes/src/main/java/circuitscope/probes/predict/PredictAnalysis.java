package circuitscope.probes.predict;

import ai.djl.ndarray.NDArray;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.residual.LensReader;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the model makes of each token of a text: its place, its loss, and the tokens expected after
 * it; of two texts, aligned where their tokens agree.
 */
public final class PredictAnalysis implements Analysis<PredictAnalysis.Parameters, Prediction> {
  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "256",
              min = 2,
              unit = "tokens")
          int maxTokens,
      @Param(help = "Most likely next tokens told of", byDefault = "10", min = 1, unit = "tokens")
          int top,
      @Param(help = "Another text to set beside it, token against token", optional = true)
          @Nullable String otherText) {}

  /** One row with what its model says. */
  private record Read(List<Prediction.Token> tokens, TokensRead input) {
    double lossNats() {
      return Prediction.losses(tokens).average().orElse(Double.NaN);
    }

    int[] ids() {
      return tokens.stream().mapToInt(token -> token.token().id()).toArray();
    }
  }

  @Override
  public String id() {
    return "predict";
  }

  @Override
  public String title() {
    return "Predictions";
  }

  @Override
  public String description() {
    return "Show each token of a text with its id, its place and its loss, and what the model"
        + " expects after it; or two texts side by side, their tokens aligned.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'The cat sat' --other-text 'The dog sat'";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public Prediction run(Subject subject, Parameters p, Progress progress) {
    Read first = read(subject, p, progress.step("text", p.otherText() == null ? 1 : 0.5));
    if (p.otherText() == null) {
      return new Prediction(first.lossNats(), null, first.tokens(), null, null, first.input());
    }
    if (!(subject.requireInput() instanceof TokenInput.Prompt prompt)) {
      throw new IllegalArgumentException("other-text is set beside --text: give that");
    }
    TokenInput other = new TokenInput.Prompt(p.otherText(), prompt.bos());
    Read second =
        read(
            new Subject(subject.model(), subject.tokenizer(), other),
            p,
            progress.step("other text", 1));
    return new Prediction(
        first.lossNats(),
        second.lossNats(),
        first.tokens(),
        second.tokens(),
        TokenAlignment.of(first.ids(), second.ids()),
        first.input());
  }

  private static Read read(Subject subject, Parameters p, Progress progress) {
    try (TokenRows rows = subject.rows(p.maxTokens(), 1)) {
      int[] ids = rows.next(1).stream().map(TokenWindow::ids).findFirst().orElseThrow();
      LensReader.Reading reading = reading(subject.model(), ids, p.top(), progress);
      List<TextToken> places = places(subject, ids);
      List<Prediction.Token> tokens = new ArrayList<>();
      for (int i = 0; i < ids.length; i++) {
        List<Prediction.Candidate> next = next(reading, i, subject);
        Double loss = i == 0 ? null : (double) -reading.nextLogProb()[i - 1];
        Integer rank = i == 0 ? null : rank(tokens.getLast().next(), ids[i]);
        tokens.add(new Prediction.Token(places.get(i), loss, rank, next));
      }
      return new Read(List.copyOf(tokens), rows.read());
    }
  }

  private static LensReader.Reading reading(Model model, int[] ids, int top, Progress progress) {
    Site last = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
    int[] next = Arrays.copyOfRange(ids, 1, ids.length + 1); // 0 after the last, not read
    try (Trace trace = Recorder.of(model.spec(), List.of(last)).record(model, TokenBatch.of(ids))) {
      NDArray state = trace.get(last);
      int kept = Math.min(top, model.spec().vocab());
      return new LensReader(model, kept, -1).read(List.of(state), next, progress).getFirst();
    }
  }

  /** The row's tokens with their places, where the text is known. */
  private static List<TextToken> places(Subject subject, int[] ids) {
    if (subject.tokenizer() != null
        && subject.requireInput() instanceof TokenInput.Prompt(String text, var bos)) {
      return TextToken.of(subject.tokenizer(), text, bos).subList(0, ids.length);
    }
    List<TextToken> tokens = new ArrayList<>();
    for (int id : ids) {
      tokens.add(new TextToken(tokens.size(), id, subject.label(id), null, null));
    }
    return tokens;
  }

  private static List<Prediction.Candidate> next(
      LensReader.Reading reading, int token, Subject subject) {
    int kept = reading.topIds().length / reading.entropyNats().length;
    List<Prediction.Candidate> next = new ArrayList<>();
    for (int j = token * kept; j < (token + 1) * kept; j++) {
      int id = reading.topIds()[j];
      next.add(new Prediction.Candidate(id, subject.label(id), Math.exp(reading.topLogProbs()[j])));
    }
    return next;
  }

  private static @Nullable Integer rank(List<Prediction.Candidate> expected, int id) {
    for (int rank = 1; rank <= expected.size(); rank++) {
      if (expected.get(rank - 1).id() == id) {
        return rank;
      }
    }
    return null;
  }
}
