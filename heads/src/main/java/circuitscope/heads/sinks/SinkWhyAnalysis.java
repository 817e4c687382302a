package circuitscope.heads.sinks;

import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.MemoryEstimate;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;

/**
 * Why the first position draws attention (Gu et al. 2024, section 3).
 *
 * <p>Beside other tokens, a sink has a large hidden state, a small key and a very small value, and
 * queries lie close to its key: the score comes from the angle, not from the length. What a head
 * then takes from the sink is told as ‖A_{t,0} v_0 W_O‖ over the norm of all it writes, and as bias
 * constancy ‖E u‖² / E‖u‖² of that update u over samples and queries: 1 when the head adds the same
 * vector everywhere, as a bias would. These are correlates; {@code sinks interventions} tries them.
 */
public final class SinkWhyAnalysis implements Analysis<SinkWhyAnalysis.Parameters, SinkWhy> {

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Tokens a sample", byDefault = "64", min = 2, unit = "tokens") int length,
      @Param(help = "Samples at most", byDefault = "50", min = 2, unit = "samples") int samples,
      @Param(help = "Samples run at once", byDefault = "10", min = 1, unit = "samples") int batch,
      @Param(help = "Seed of the bootstrap", byDefault = "0") long seed) {}

  @Override
  public String id() {
    return "sinks.why";
  }

  @Override
  public String title() {
    return "Why there is a sink";
  }

  @Override
  public String description() {
    return "Norms of hidden states, keys and values, angles between queries and keys, and what"
        + " heads write, at the first position and elsewhere (Gu et al. 2024).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out why";
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
  public SinkWhy run(Subject subject, Parameters p, Progress progress) {
    Model model = subject.model();
    SampleTokens samples =
        SampleTokens.of(
            SampleTokens.Kind.NATURAL,
            subject,
            new SampleTokens.Size(p.length(), p.samples(), p.seed()));
    MechanismTally tally = new MechanismTally(model.spec(), p.length());
    progress.begin(samples.rows().length, "samples");
    try (MechanismReader reader = new MechanismReader(model, true, tally)) {
      for (TokenBatch batch : samples.batches(p.batch())) {
        memory(model, batch).check(model.device());
        model.run(batch, reader);
        progress.advance(batch.batch());
      }
    }
    return tally.result(samples, p);
  }

  /** Beside the run: cosines of every pair, unit queries, and one head's writes. */
  private static MemoryEstimate memory(Model model, TokenBatch batch) {
    long rows = (long) batch.batch() * batch.positions();
    int heads = model.spec().attention().heads();
    long extra = 2 * rows * batch.positions() * heads + 4 * rows * model.spec().dModel();
    return MemoryEstimate.run(
        model.spec(), model.precision(), batch.batch(), batch.positions(), extra, false);
  }
}
