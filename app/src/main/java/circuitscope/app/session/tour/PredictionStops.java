package circuitscope.app.session.tour;

import circuitscope.probes.analysis.LossAnalysis;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** How well the model predicts. */
record PredictionStops(TokenInput text) implements Stops {

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    LossAnalysis.Loss loss = visit.show(loss(), progress);
    visit.found(
        "loss_nats",
        loss.lossNats(),
        String.format(
            Locale.ROOT,
            "loss            %.4f nats a token, %.4f bits a byte",
            loss.lossNats(),
            loss.bitsPerByte()));
  }

  private Stop<LossAnalysis.Loss> loss() {
    return new Stop<>(
        LossAnalysis.Loss.class,
        "loss",
        Map.of("max-windows", "32", "batch", "4"),
        text,
        "How well does it predict?",
        """
        The loss is how surprised the model is by each next token, on average. A model that
        knows nothing would be at the logarithm of its vocabulary's size; dividing by the
        bytes of the text makes models with different tokenizers comparable. The curve falls
        along the window: the more a model has read, the better it predicts.\
        """);
  }
}
