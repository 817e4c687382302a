package circuitscope.app.session;

import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.PatternAnalysis;
import circuitscope.heads.sinks.SinkInterventionsAnalysis;
import circuitscope.heads.sinks.SinkMassiveAnalysis;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.heads.sinks.SinkWhyAnalysis;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.probes.analysis.LossAnalysis;
import circuitscope.probes.analysis.TraceAnalysis;
import circuitscope.probes.geometry.RotationAnalysis;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.subnetworks.judge.AblateAnalysis;
import circuitscope.subnetworks.judge.EvalAnalysis;
import circuitscope.subnetworks.judge.PathAnalysis;
import circuitscope.subnetworks.mask.CompareAnalysis;
import circuitscope.subnetworks.mask.ShowAnalysis;
import circuitscope.subnetworks.stream.StreamAnalysis;
import circuitscope.subnetworks.train.TrainAnalysis;
import java.util.List;

/** The analyses of this product, and those that are found beside it. */
public final class Analyses {
  private static final List<Analysis<?, ?>> BUILT_IN =
      List.of(
          new LossAnalysis(),
          new TraceAnalysis(),
          new LensAnalysis(),
          new RotationAnalysis(),
          new DetectAnalysis(),
          new PatternAnalysis(),
          new SinkInterventionsAnalysis(),
          new SinkMassiveAnalysis(),
          new SinkRateAnalysis(),
          new SinkWhyAnalysis(),
          new ShowAnalysis(),
          new CompareAnalysis(),
          new TrainAnalysis(),
          new EvalAnalysis(),
          new PathAnalysis(),
          new AblateAnalysis(),
          new StreamAnalysis());

  private Analyses() {}

  public static AnalysisRegistry registry() {
    return AnalysisRegistry.withServices(BUILT_IN);
  }
}
