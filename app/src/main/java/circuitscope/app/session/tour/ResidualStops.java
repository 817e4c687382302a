package circuitscope.app.session.tour;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.residual.Lens;
import java.io.IOException;
import java.util.Map;

/** What the residual stream holds on the way up. */
record ResidualStops() implements Stops {
  private static final String SENTENCE =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    visit.show(lens(), progress);
  }

  private static Stop<Lens> lens() {
    return new Stop<>(
        Lens.class,
        "residual.lens",
        Map.of(),
        new TokenInput.Prompt(SENTENCE, BosPolicy.YES),
        "When does it make up its mind?",
        """
        The logit lens reads the residual stream after each layer as if it were the last. Early layers
        mostly speak of the present token; the prediction takes shape on the way up.\
        """);
  }
}
