package circuitscope.app.session.tour;

import circuitscope.heads.sinks.SinkRate;
import circuitscope.heads.streaming.StreamingResult;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/** Where attention goes when it has nothing to say. */
record SinkStops(TokenInput text) implements Stops {

  @Override
  public void visit(Visit visit, Progress progress) throws IOException {
    SinkRate sinks = visit.show(rate(), progress.step("sinks", 0.5));
    visit.show(stream(), progress.step("streaming", 0.5));
    visit.found(
        "sink_rate",
        sinks.rate()[0],
        String.format(
            Locale.ROOT,
            "sink rate       %.1f %% of heads have a sink at the first token",
            100 * sinks.rate()[0]));
  }

  private Stop<SinkRate> rate() {
    return new Stop<>(
        SinkRate.class,
        "sinks.rate",
        Map.of("samples", "60"),
        text,
        "Where does idle attention go?",
        """
        Attention must sum to one, even when a head has nothing to say. Many models then park
        it on the first token, whatever it is: an attention sink. A head counts as having one
        when that token draws more than 30 % of its attention on average; uniform attention
        would give it 7 %.\
        """);
  }

  private Stop<StreamingResult> stream() {
    return new Stop<>(
        StreamingResult.class,
        "sinks.stream",
        Map.of(
            "tokens",
            "512",
            "sinks",
            "4",
            "window",
            "60",
            "methods",
            "dense,window-original,sinks-original"),
        text,
        "What if it forgets its first tokens?",
        """
        To read on without end, a model may keep only its latest tokens; keeping the first few as
        well keeps the sink. Here the cache holds 64 tokens, and the curves part where the first
        token is evicted. This model has learned positions, which end with its table, so only the
        original positions can be kept; models with rotary ones stream as far as the text goes.\
        """);
  }
}
