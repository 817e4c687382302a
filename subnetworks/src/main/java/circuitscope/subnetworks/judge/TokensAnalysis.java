package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.probes.trace.Taps;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How surprising the full model, a subnetwork and a bigram table find each token of a text. */
public final class TokensAnalysis implements Analysis<TokensAnalysis.Parameters, TokensResult> {
  private static final double LN_2 = Math.log(2);

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Subnetwork: FILE, FILE:complement or FILE:random@SEED") String mask,
      @Param(help = "Counts file of 'bigrams count', made with the same tokenizer") Path bigrams,
      @Param(
              help = "Read the first tokens of the text, so many at most",
              byDefault = "128",
              min = 2,
              unit = "tokens")
          int length) {}

  @Override
  public String id() {
    return "subnetwork.tokens";
  }

  @Override
  public String title() {
    return "Tokens of a subnetwork";
  }

  @Override
  public String description() {
    return "The surprisal of each token of a text in bits: full model, subnetwork, bigram table.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --mask masks/lambda-10.safetensors --bigrams book.counts"
        + " --text 'It is a truth universally acknowledged'";
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
  public TokensResult run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    Mask mask = mask(p.mask()).fittedTo(model);
    try (BigramTable table = BigramTable.open(p.bigrams());
        TokenRows rows = subject.rows(p.length(), 1)) {
      if (subject.tokenizer() != null) {
        table.checkTokenizer(subject.tokenizer());
      }
      table.checkVocabulary(model.spec().vocab(), model.identity().origin());
      int[] ids = rows.next(1).stream().map(TokenWindow::ids).findFirst().orElse(new int[] {});
      if (ids.length < 2) {
        throw new IllegalArgumentException(
            "%s holds %d tokens, and a token is predicted from one before it; give more text"
                .formatted(subject.requireInput().describe(), ids.length));
      }
      TokensRead read = rows.read();
      float[] full = bits(model, ids, progress.step("full model", 0.5));
      try (Model masked = model.masked(mask.weightMask())) {
        float[] alone = bits(masked, ids, progress.step("subnetwork", 0.5));
        return result(mask, subject, table, ids, full, alone, read);
      }
    }
  }

  private static Mask mask(String reference) {
    try {
      return MaskReference.parse(reference).read().named(reference);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] bits(Model model, int[] ids, Progress progress) {
    progress.checkCancelled();
    float[] losses = model.tokenLosses(TokenBatch.of(ids), Taps.NONE)[0];
    for (int i = 0; i < losses.length; i++) {
      losses[i] = (float) (losses[i] / LN_2);
    }
    return losses;
  }

  private static TokensResult result(
      Mask mask,
      Subject subject,
      BigramTable table,
      int[] ids,
      float[] full,
      float[] alone,
      TokensRead read) {
    List<TokensResult.Token> tokens = new ArrayList<>();
    tokens.add(new TokensResult.Token(ids[0], subject.label(ids[0]), null, null, null));
    for (int i = 1; i < ids.length; i++) {
      tokens.add(
          new TokensResult.Token(
              ids[i],
              subject.label(ids[i]),
              finite(full[i - 1]),
              finite(alone[i - 1]),
              finite(table.surprisalBits(ids[i - 1], ids[i]))));
    }
    return new TokensResult(mask.name(), mask.active(), mask.total(), tokens, read);
  }

  private static @Nullable Double finite(double bits) {
    return Double.isFinite(bits) ? (Double) bits : null;
  }
}
