package circuitscope.app.gui.sinks;

import circuitscope.heads.sinks.SinkInterventionsAnalysis;
import circuitscope.heads.sinks.SinkMassiveAnalysis;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.heads.sinks.SinkWhyAnalysis;
import circuitscope.heads.streaming.StreamingAnalysis;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.residual.NormsAnalysis;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** The parts of the page, one analysis each. */
public enum Part {
  RATE(SinkRateAnalysis::new, Map.of()),
  NORMS(NormsAnalysis::new, Map.of("max-tokens", "64")),
  MASSIVE(SinkMassiveAnalysis::new, Map.of()),
  INTERVENTIONS(SinkInterventionsAnalysis::new, Map.of()),
  WHY(SinkWhyAnalysis::new, Map.of()),
  STREAMING(StreamingAnalysis::new, Map.of("tokens", "2000"));

  private final Supplier<Analysis<?, ?>> analysis;
  private final Map<String, String> start;

  Part(Supplier<Analysis<?, ?>> analysis, Map<String, String> start) {
    this.analysis = analysis;
    this.start = start;
  }

  Analysis<?, ?> analysis() {
    return analysis.get();
  }

  /** Parameters that the page begins with where a text is long; the command tells of them. */
  Map<String, String> start() {
    return start;
  }

  /** As it stands in ids and texts: {@code rate}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
