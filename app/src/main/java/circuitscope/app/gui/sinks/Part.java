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

/** The parts of the page, one analysis each. */
public enum Part {
  RATE,
  NORMS,
  MASSIVE,
  INTERVENTIONS,
  WHY,
  STREAMING;

  Analysis<?, ?> analysis() {
    return switch (this) {
      case RATE -> new SinkRateAnalysis();
      case NORMS -> new NormsAnalysis();
      case MASSIVE -> new SinkMassiveAnalysis();
      case INTERVENTIONS -> new SinkInterventionsAnalysis();
      case WHY -> new SinkWhyAnalysis();
      case STREAMING -> new StreamingAnalysis();
    };
  }

  /** Parameters that the page begins with where a text is long; the command tells of them. */
  Map<String, String> start() {
    return switch (this) {
      case NORMS -> Map.of("max-tokens", "64");
      case STREAMING -> Map.of("tokens", "2000");
      default -> Map.of();
    };
  }

  /** As it stands in ids and texts: {@code rate}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
