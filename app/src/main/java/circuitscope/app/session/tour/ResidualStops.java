package circuitscope.app.session.tour;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.circuits.CircuitResult;
import circuitscope.probes.geometry.RotationResult;
import circuitscope.probes.residual.Lens;
import circuitscope.probes.residual.attribution.Attribution;
import java.io.IOException;
import java.util.Map;

/** What the residual stream holds on the way up, and who writes the answer into it. */
record ResidualStops(TokenInput.TextFiles text) implements Stops {
  private static final String SENTENCE =
      "It is a truth universally acknowledged, that a single man in possession of a good fortune,"
          + " must be in want of a wife.";

  private static final String TWICE = "Mr. Darcy walked into the garden. Mr. Darcy walked into the";

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    visit.show(lens(), progress.step("lens", 0.1));
    visit.show(attribution(), progress.step("attribution", 0.1));
    visit.show(rotation(), progress.step("rotation", 0.3));
    visit.show(circuit(), progress.step("circuit", 0.5));
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

  private static Stop<Attribution> attribution() {
    return new Stop<>(
        Attribution.class,
        "residual.attribution",
        Map.of("by", "head"),
        new TokenInput.Prompt(TWICE, BosPolicy.YES),
        "Who writes the answer?",
        """
        The last state is the sum of what every part has written, so the logit of the answer is a sum
        too, once the final norm's scale is held. Here a sentence begins for the second time, and the
        induction heads of the last layer push for what came next the first time. What a part writes
        is not yet what the model would lose without it.\
        """);
  }

  private Stop<RotationResult> rotation() {
    return new Stop<>(
        RotationResult.class,
        "residual.rotation",
        Map.of("max-sequences", "100"),
        text,
        "How far does the stream turn?",
        """
        A linear map is fitted from the stream at each layer to the present token's embedding (input)
        and to the last layer (output); the median angle of its eigenvalues says how far the stream
        has turned away from the one and towards the other. The first layer turns it sharply: from
        what the token is to what may follow.\
        """);
  }

  private static Stop<CircuitResult> circuit() {
    return new Stop<>(
        CircuitResult.class,
        "circuit.find",
        Map.of(
            "template", "induction",
            "count", "8",
            "steps", "1",
            "search", "greedy",
            "edges", "60",
            "draws", "2",
            "knockouts", "0"),
        null,
        "Which connections carry it?",
        """
        Pairs of prompts differ in whether the answer stood in the context before. Every connection
        between two parts is scored by what corrupting it alone would do, as its gradient says, and
        the strongest are kept. The curve says how much of the answer a circuit of some size gives,
        and what is left without it, beside as many random connections: a handful of edges is enough
        to lose the answer, and hundreds are needed to give it.\
        """);
  }
}
