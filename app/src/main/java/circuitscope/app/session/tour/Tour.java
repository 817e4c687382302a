package circuitscope.app.session.tour;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.sinks.SinkRate;
import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.LossAnalysis;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A first look at a model: loss, heads, sinks, logit lens and one attention pattern, each written
 * as files and all shown on one page that says what they mean.
 */
public final class Tour {
  /** A sentence said twice: what an induction head makes of it can be read off its pattern. */
  private static final String REPEATED =
      " Elizabeth walked to the old house by the river. Elizabeth walked to the old house by the"
          + " river.";

  private static final String SENTENCE =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  private static final double OPENING = 0.1;

  private final Path folder;
  private final List<TourPage.Section> sections = new ArrayList<>();

  private Tour(Path folder) {
    this.folder = folder;
  }

  /** What the tour found, in a few numbers. */
  public record Findings(
      String page,
      double lossNats,
      @Nullable Double bitsPerByte,
      HeadScores.Head bestInduction,
      HeadScores.Head bestPrevious,
      double sinkRate) {
    /** The findings as lines for people. */
    public String text() {
      return String.format(
          Locale.ROOT,
          """
          loss            %.4f nats a token, %.4f bits a byte
          induction head  %s (%.2f of its attention on the token after the earlier copy)
          previous token  %s (%.2f)
          sink rate       %.1f %% of heads have a sink at the first token
          Open %s
          """,
          lossNats,
          bitsPerByte,
          bestInduction.head(),
          bestInduction.scores().induction(),
          bestPrevious.head(),
          bestPrevious.scores().previous(),
          100 * sinkRate,
          page);
    }
  }

  /**
   * Runs the tour on the embedded model and text.
   *
   * @param folder where files and page go
   */
  public static Findings run(ModelChoice choice, Path folder, Progress progress)
      throws IOException {
    TokenInput text = new TokenInput.TextFiles(List.of(EmbeddedModels.text()));
    try (OpenModel model = OpenModel.open(choice, true, progress.step("opening", OPENING))) {
      return new Tour(folder).visit(model, text, progress);
    }
  }

  private Findings visit(OpenModel model, TokenInput text, Progress progress) throws IOException {
    TokenInput sentence = new TokenInput.Prompt(SENTENCE, BosPolicy.YES);
    TokenInput repeated = new TokenInput.Prompt(REPEATED, BosPolicy.YES);

    LossAnalysis.Loss loss =
        (LossAnalysis.Loss)
            show(
                model,
                "loss",
                Map.of("max-windows", "32", "batch", "4"),
                text,
                progress.step("loss", 0.3),
                "How well does it predict?",
                """
                The loss is how surprised the model is by each next token, on average. A model that
                knows nothing would be at the logarithm of its vocabulary's size; dividing by the
                bytes of the text makes models with different tokenizers comparable. The curve falls
                along the window: the more a model has read, the better it predicts.\
                """);
    HeadScores heads =
        (HeadScores)
            show(
                model,
                "heads.detect",
                Map.of("samples", "10"),
                null,
                progress.step("heads", 0.15),
                "Which heads copy from the past?",
                """
                Random tokens are shown twice. Nothing but memory can foresee the second half, so
                heads give themselves away by where they look: at the token just before
                (previous-token heads), at the same token's earlier copy (duplicate-token heads), or
                at the token that followed it (induction heads, which make in-context copying
                work).\
                """);
    HeadScores.Head induction = heads.best(HeadScores.Kind.INDUCTION).getFirst();
    show(
        model,
        "heads.pattern",
        Map.of("head", induction.head()),
        repeated,
        progress.step("attention", 0.1),
        "What does the best induction head look at?",
        """
        One sentence, said twice. Each row is a token that looks back over the columns. In the second
        half the head looks at the token that followed the same word the first time: a stripe
        parallel to the diagonal. Where it has nothing to copy, it rests on the first token.\
        """);
    SinkRate sinks =
        (SinkRate)
            show(
                model,
                "sinks.rate",
                Map.of("samples", "60"),
                text,
                progress.step("sinks", 0.2),
                "Where does idle attention go?",
                """
                Attention must sum to one, even when a head has nothing to say. Many models then park
                it on the first token, whatever it is: an attention sink. A head counts as having one
                when that token draws more than 30 % of its attention on average; uniform attention
                would give it 7 %.\
                """);
    show(
        model,
        "residual.lens",
        Map.of(),
        sentence,
        progress.step("lens", 0.1),
        "When does it make up its mind?",
        """
        The logit lens reads the residual stream after each layer as if it were the last. Early layers
        mostly speak of the present token; the prediction takes shape on the way up.\
        """);

    Path page = folder.resolve("index.html");
    try (PendingOutput pending = PendingOutput.file(page)) {
      Files.writeString(pending.path(), TourPage.html(model, sections));
      pending.commit();
    }
    return new Findings(
        page.toString(),
        loss.lossNats(),
        loss.bitsPerByte(),
        induction,
        heads.best(HeadScores.Kind.PREVIOUS).getFirst(),
        sinks.rate()[0]);
  }

  private Result show(
      OpenModel model,
      String id,
      Map<String, String> parameters,
      @Nullable TokenInput input,
      Progress progress,
      String question,
      String meaning)
      throws IOException {
    AnalysisRun<?, ?> run = AnalysisRun.of(Analyses.registry().find(id), parameters, input);
    AnalysisRun.Finished<?, ?> finished = run.on(model, null, progress);
    finished.write(folder.resolve(id));
    sections.add(
        new TourPage.Section(
            id, question, meaning, finished.result(), run.command(model.choice())));
    return finished.result();
  }
}
