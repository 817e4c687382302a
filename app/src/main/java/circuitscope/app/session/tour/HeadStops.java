package circuitscope.app.session.tour;

import circuitscope.heads.detect.HeadPattern;
import circuitscope.heads.detect.HeadScores;
import circuitscope.heads.ngram.NgramSpectrum;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Which heads look where, and what the best induction head makes of a sentence. */
record HeadStops() implements Stops {
  /** A sentence said twice: what an induction head makes of it can be read off its pattern. */
  private static final String REPEATED =
      " Elizabeth walked to the old house by the river. Elizabeth walked to the old house by the"
          + " river.";

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    HeadScores heads = visit.show(detect(), progress.step("detecting", 0.4));
    HeadScores.Head induction = heads.best(HeadScores.Kind.INDUCTION).getFirst();
    HeadScores.Head previous = heads.best(HeadScores.Kind.PREVIOUS).getFirst();
    visit.show(pattern(induction), progress.step("attention", 0.1));
    visit.show(spectrum(), progress.step("n-grams", 0.5));
    visit.found(
        "best_induction",
        induction,
        String.format(
            Locale.ROOT,
            "induction head  %s (%.2f of its attention on the token after the earlier copy)",
            induction.head(),
            induction.scores().induction()));
    visit.found(
        "best_previous",
        previous,
        String.format(
            Locale.ROOT,
            "previous token  %s (%.2f)",
            previous.head(),
            previous.scores().previous()));
  }

  private static Stop<HeadScores> detect() {
    return new Stop<>(
        HeadScores.class,
        "heads.detect",
        Map.of("samples", "10", "copying", "true"),
        null,
        "Which heads copy from the past?",
        """
        Random tokens are shown twice. Nothing but memory can foresee the second half, so
        heads give themselves away by where they look: at the token just before
        (previous-token heads), at the same token's earlier copy (duplicate-token heads), or
        at the token that followed it (induction heads, which make in-context copying
        work). The plane sets where a head looks beside what it writes: a head that copies
        raises the token that it looks at.\
        """);
  }

  private static Stop<HeadPattern> pattern(HeadScores.Head induction) {
    return new Stop<>(
        HeadPattern.class,
        "heads.pattern",
        Map.of("head", induction.head()),
        new TokenInput.Prompt(REPEATED, BosPolicy.YES),
        "What does the best induction head look at?",
        """
        One sentence, said twice. Each row is a token that looks back over the columns. In the second
        half the head looks at the token that followed the same word the first time: a stripe
        parallel to the diagonal. Where it has nothing to copy, it rests on the first token.\
        """);
  }

  private static Stop<NgramSpectrum> spectrum() {
    return new Stop<>(
        NgramSpectrum.class,
        "heads.ngram",
        Map.of("samples", "10", "max-order", "4", "swaps", "20"),
        null,
        "How far back does it match?",
        """
        An induction head asks what followed the last token before. An n-gram head of order n asks
        what followed the last n-1 tokens: order 2 is ordinary induction. Here the same token has
        had several followers, and only a longer match decides; the excess is what a head gives
        the followers of the longer match beyond those of the shorter one.\
        """);
  }
}
