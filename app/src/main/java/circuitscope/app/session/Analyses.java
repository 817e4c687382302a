package circuitscope.app.session;

import circuitscope.heads.causal.AblateHeadsAnalysis;
import circuitscope.heads.composition.CircuitAnalysis;
import circuitscope.heads.composition.CompositionAnalysis;
import circuitscope.heads.composition.CopyingAnalysis;
import circuitscope.heads.detect.DetectAnalysis;
import circuitscope.heads.detect.GridAnalysis;
import circuitscope.heads.detect.PatternAnalysis;
import circuitscope.heads.icll.IcllAnalysis;
import circuitscope.heads.logits.AttentionLogitsAnalysis;
import circuitscope.heads.ngram.HardwireAnalysis;
import circuitscope.heads.ngram.NgramAnalysis;
import circuitscope.heads.sinks.SinkInterventionsAnalysis;
import circuitscope.heads.sinks.SinkMassiveAnalysis;
import circuitscope.heads.sinks.SinkRateAnalysis;
import circuitscope.heads.sinks.SinkWhyAnalysis;
import circuitscope.heads.streaming.StreamingAnalysis;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.probes.analysis.LossAnalysis;
import circuitscope.probes.analysis.TraceAnalysis;
import circuitscope.probes.circuits.EvaluateCircuitAnalysis;
import circuitscope.probes.circuits.ExactEdgesAnalysis;
import circuitscope.probes.circuits.FindCircuitAnalysis;
import circuitscope.probes.geometry.RotationAnalysis;
import circuitscope.probes.geometry.SimilarityAnalysis;
import circuitscope.probes.geometry.TrajectoryAnalysis;
import circuitscope.probes.pairs.PairsAnalysis;
import circuitscope.probes.patching.PatchAnalysis;
import circuitscope.probes.patching.PathPatchAnalysis;
import circuitscope.probes.predict.GenerateAnalysis;
import circuitscope.probes.predict.PredictAnalysis;
import circuitscope.probes.residual.DepthAnalysis;
import circuitscope.probes.residual.LensAnalysis;
import circuitscope.probes.residual.NeuronAnalysis;
import circuitscope.probes.residual.NormsAnalysis;
import circuitscope.probes.residual.attribution.AttributionAnalysis;
import circuitscope.probes.seed.adjacency.AdjacencyAnalysis;
import circuitscope.probes.seed.boundaries.BoundariesAnalysis;
import circuitscope.probes.seed.bytes.BytesAnalysis;
import circuitscope.probes.seed.memory.MemoryAnalysis;
import circuitscope.probes.seed.noise.NoiseAnalysis;
import circuitscope.probes.seed.recall.RecallAnalysis;
import circuitscope.probes.seed.recycling.RecyclingAnalysis;
import circuitscope.probes.seed.retrieval.RetrievalAnalysis;
import circuitscope.probes.seed.rope.ContextAnalysis;
import circuitscope.probes.seed.rope.RopeAnalysis;
import circuitscope.probes.seed.windows.WindowsAnalysis;
import circuitscope.probes.tuned.TuneAnalysis;
import circuitscope.probes.tuned.TunedAnalysis;
import circuitscope.subnetworks.circuits.CircuitMaskAnalysis;
import circuitscope.subnetworks.compose.ComposeAnalysis;
import circuitscope.subnetworks.judge.AblateAnalysis;
import circuitscope.subnetworks.judge.ControlsAnalysis;
import circuitscope.subnetworks.judge.EvalAnalysis;
import circuitscope.subnetworks.judge.HeldOutText;
import circuitscope.subnetworks.judge.PathAnalysis;
import circuitscope.subnetworks.judge.TokensAnalysis;
import circuitscope.subnetworks.mask.CompareAnalysis;
import circuitscope.subnetworks.mask.ShowAnalysis;
import circuitscope.subnetworks.mask.StabilityAnalysis;
import circuitscope.subnetworks.stream.StreamAnalysis;
import circuitscope.subnetworks.train.TrainAnalysis;
import java.util.List;

/** The analyses of this product, and those that are found beside it. */
public final class Analyses {
  private static final List<Analysis<?, ?>> BUILT_IN =
      List.of(
          new LossAnalysis(),
          new PredictAnalysis(),
          new GenerateAnalysis(),
          new TraceAnalysis(),
          new LensAnalysis(),
          new AttributionAnalysis(),
          new DepthAnalysis(),
          new NormsAnalysis(),
          new NeuronAnalysis(),
          new PairsAnalysis(),
          PatchAnalysis.exact(),
          PatchAnalysis.attribution(),
          new PathPatchAnalysis(),
          new FindCircuitAnalysis(),
          new EvaluateCircuitAnalysis(),
          new ExactEdgesAnalysis(),
          new BytesAnalysis(),
          new WindowsAnalysis(),
          new BitsPerByteAnalysis(),
          new BoundariesAnalysis(),
          new NoiseAnalysis(),
          new RecallAnalysis(),
          new RotationAnalysis(),
          new SimilarityAnalysis(),
          new TrajectoryAnalysis(),
          new TuneAnalysis(),
          new TunedAnalysis(),
          new AcceptanceAnalysis(),
          new AdjacencyAnalysis(),
          new ContextAnalysis(),
          new MemoryAnalysis(),
          new RecyclingAnalysis(),
          new RetrievalAnalysis(),
          new RopeAnalysis(),
          new DetectAnalysis(),
          new PatternAnalysis(),
          new GridAnalysis(),
          new NgramAnalysis(),
          new IcllAnalysis(),
          new HardwireAnalysis(),
          new SinkRateAnalysis(),
          new CompositionAnalysis(),
          new CopyingAnalysis(),
          new CircuitAnalysis(),
          new AblateHeadsAnalysis(),
          new SweepAnalysis(),
          new AttentionLogitsAnalysis(),
          new StreamingAnalysis(),
          new SinkInterventionsAnalysis(),
          new SinkMassiveAnalysis(),
          new SinkWhyAnalysis(),
          new CircuitMaskAnalysis(),
          new ShowAnalysis(),
          new CompareAnalysis(),
          new TrainAnalysis(HeldOutText::open),
          new EvalAnalysis(),
          new PathAnalysis(),
          new AblateAnalysis(),
          new StreamAnalysis(),
          new ComposeAnalysis(),
          new StabilityAnalysis(),
          new TokensAnalysis(),
          new ControlsAnalysis());

  private Analyses() {}

  public static AnalysisRegistry registry() {
    return AnalysisRegistry.withServices(BUILT_IN);
  }
}
