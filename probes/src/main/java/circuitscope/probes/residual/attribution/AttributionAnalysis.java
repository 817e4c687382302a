package circuitscope.probes.residual.attribution;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.residual.MemoryBudget;
import circuitscope.probes.residual.TokenChoice;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Trace;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Direct logit attribution (Elhage et al. 2021): how much each part of the model adds to a logit.
 *
 * <p>The stream is a sum of what was written, so with the final norm's scale held at the run's own
 * ("attribution norm") the logit is a sum of one product a part. That is not what removing the part
 * would do: later parts read it, and may make up for it.
 */
public final class AttributionAnalysis
    implements Analysis<AttributionAnalysis.Parameters, Attribution> {
  private static final String MEAN = "mean";
  private static final String NONE = "none";

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Decompose into these parts", byDefault = "block") Level by,
      @Param(
              help =
                  "The token whose logit it is: its text, space included, or #ID; the model's"
                      + " own most likely token when left out",
              optional = true)
          @Nullable String answer,
      @Param(
              help =
                  "Take the logit less that of this token, of the mean of the vocabulary (mean),"
                      + " or as it is (none)",
              byDefault = MEAN)
          String against,
      @Param(help = "Position read; negative ones count from the end", byDefault = "-1")
          int position,
      @Param(help = "Read every position, and sum over them", byDefault = "false")
          boolean allPositions,
      @Param(help = "Neurons that get a row of their own", byDefault = "20", min = 1) int neurons,
      @Param(
              help = "Read the first tokens of the input, at most",
              byDefault = "1024",
              min = 1,
              unit = "tokens")
          int maxTokens) {}

  @Override
  public String id() {
    return "residual.attribution";
  }

  @Override
  public String title() {
    return "Direct logit attribution";
  }

  @Override
  public String description() {
    return "How much layers, attention, MLPs, heads or neurons add to a logit or to the difference"
        + " of two, the norms' scales held (Elhage et al. 2021). Direct effects only: not what"
        + " removing a part would do.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --text 'It is a truth universally acknowledged' --by head";
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
  public Attribution run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    try (TokenRows rows = subject.rows(p.maxTokens(), 1)) {
      int[] ids = rows.next(1).stream().map(TokenWindow::ids).findFirst().orElseThrow();
      int[] positions = positions(p, ids.length);
      int answer = p.answer() == null ? Target.TOP : TokenChoice.id(subject, p.answer());
      int against = against(subject, p.against());
      Recorder recorder =
          Recorder.of(
              model.spec(),
              FrozenRun.sites(model.spec(), p.by(), p.allPositions() ? null : positions));
      TokenBatch batch = TokenBatch.of(ids);
      MemoryBudget budget = budget(model, recorder, batch, p.by(), positions.length);
      try (Trace trace = recorder.record(model, batch);
          NDManager scope = model.newManager()) {
        FrozenRun run = new FrozenRun(model, trace);
        NDArray stream = run.at(SiteKind.RESID_POST, model.spec().layers() - 1, scope);
        Target target = Target.of(model, stream, answer, against, scope);
        Directions u = Directions.of(run, target, scope);
        List<Part> parts = Decomposition.of(model, run, u, p.by(), p.neurons(), progress);
        SumCheck check = SumCheck.of(parts, target.observed());
        List<String> labels = IntStream.of(ids).mapToObj(subject::label).toList();
        boolean one = positions.length == 1 || p.answer() != null;
        String logit = logit(one ? subject.label(target.answers()[0]) : null, against, subject);
        int heads = model.spec().attention().heads();
        return Attribution.of(
            p.by(), logit, positions, labels, check, budget, rows.read(), heads, parts);
      }
    }
  }

  private static int[] positions(Parameters p, int length) {
    if (p.allPositions()) {
      return IntStream.range(0, length).toArray();
    }
    int position = p.position() < 0 ? length + p.position() : p.position();
    if (position < 0 || position >= length) {
      throw new IllegalArgumentException(
          "position %d of %d tokens: positions are 0 to %d, or −1 to −%d from the end"
              .formatted(p.position(), length, length - 1, length));
    }
    return new int[] {position};
  }

  private static int against(Subject subject, String written) {
    return switch (written) {
      case MEAN -> Target.MEAN;
      case NONE -> Target.NONE;
      default -> TokenChoice.id(subject, written);
    };
  }

  private static String logit(@Nullable String answer, int against, Subject subject) {
    String of = answer == null ? "the most likely token at each position" : "'" + answer + "'";
    return switch (against) {
      case Target.MEAN -> of + " less the vocabulary's mean";
      case Target.NONE -> of;
      default -> "%s less '%s'".formatted(of, subject.label(against));
    };
  }

  private static MemoryBudget budget(
      Model model, Recorder recorder, TokenBatch batch, Level by, int positions) {
    long bytes =
        recorder.estimate(model.precision(), batch).bytes()
            + Math.max(
                Target.bytes(model.spec(), positions),
                Decomposition.bytes(model.spec(), by, positions));
    String purpose = "attribution by %s of %d tokens".formatted(by, batch.positions());
    return MemoryBudget.checked(purpose, bytes, model, 1, batch.positions());
  }
}
