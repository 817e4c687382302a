package circuitscope.probes.patching;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Model;
import circuitscope.probes.pairs.PairBatch;
import circuitscope.probes.pairs.PairChoice;
import circuitscope.probes.pairs.PairMetric;
import circuitscope.probes.pairs.PairTemplate;
import circuitscope.probes.pairs.PromptPairs;
import circuitscope.probes.patching.PathResult.Path;
import circuitscope.probes.trace.Site;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Path patching (Wang et al. 2023; Goldowsky-Dill et al. 2023): a sender head's output of the clean
 * run goes straight to one receiver, all other writes into the stream staying as they were; the
 * receiver's new value is put into an otherwise corrupted run.
 *
 * <p>Exact: the norm before the receiver is computed afresh. Linear: it keeps the corrupted run's
 * scale, Δq = (Δ/s)·W_Q. Only for streams that are a sum of writes.
 */
public final class PathPatchAnalysis implements Analysis<PathPatchAnalysis.Parameters, PathResult> {
  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Kind of pairs made here", byDefault = "auto") PairTemplate template,
      @Param(help = "Pairs of your own instead: JSON Lines", optional = true)
          java.nio.file.@Nullable Path pairs,
      @Param(help = "Pairs, at most", byDefault = "16", min = 1, unit = "pairs") int count,
      @Param(help = "Whether a prompt begins with BOS", byDefault = "auto") BosPolicy bos,
      @Param(help = "Seed of the pairs made here and of resampling", byDefault = "0") long seed,
      @Param(help = "What is measured", byDefault = "logit-difference") PairMetric metric,
      @Param(help = "Which run is patched into which", byDefault = "denoising") Direction direction,
      @Param(help = "Heads that send, such as L1H3, or all", byDefault = "all")
          List<String> senders,
      @Param(
              help =
                  "What receives: L3H5.q (.k, .v), L3.mlp, logits, or q, k, v, mlp for all of a"
                      + " kind",
              byDefault = "logits")
          List<String> receivers,
      @Param(help = "Rows run at once, at most", byDefault = "256", min = 1, unit = "rows")
          int rows) {
    public Parameters {
      senders = List.copyOf(senders);
      receivers = List.copyOf(receivers);
    }
  }

  @Override
  public String id() {
    return "patch.path";
  }

  @Override
  public String title() {
    return "Path patching";
  }

  @Override
  public String description() {
    return "Send a head's clean output to one query, key, value, MLP or the logits alone, all else"
        + " held as it was (Wang et al. 2023), exactly and in the linear approximation.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --senders all --receivers q,k,v --out paths";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.NONE;
  }

  @Override
  public PathResult run(Subject subject, Parameters parameters, Progress progress) {
    Model model = subject.model();
    DecoderSpec spec = model.spec();
    if (!spec.residual().additive()) {
      throw new IllegalArgumentException(
          "the stream of a %s model of this kind is normalised after each sum, so that nothing"
                  .formatted(spec.family())
              + " reaches a later layer on a path of its own; use patch grid");
    }
    PromptPairs pairs =
        new PairChoice(
                parameters.template(),
                parameters.pairs(),
                parameters.bos(),
                parameters.count(),
                parameters.seed())
            .open(subject)
            .checked(parameters.metric());
    List<Cell> senders = senders(parameters.senders(), spec);
    List<Receiver> receivers =
        parameters.receivers().stream()
            .flatMap(name -> Receiver.named(name, spec).stream())
            .distinct()
            .toList();
    return new Paths(model, parameters, pairs, senders, receivers).run(progress);
  }

  private static List<Cell> senders(List<String> names, DecoderSpec spec) {
    List<HeadName> heads =
        names.equals(List.of("all"))
            ? HeadName.all(spec)
            : names.stream().map(name -> HeadName.parse(name).checked(spec)).sorted().toList();
    return heads.stream()
        .map(head -> new Cell(PatchSite.Z, head.layer(), Cell.ALL, head.head()))
        .toList();
  }

  /** One run of it. */
  private record Paths(
      Model model,
      Parameters parameters,
      PromptPairs pairs,
      List<Cell> senders,
      List<Receiver> receivers) {

    PathResult run(Progress progress) {
      int pairCount = pairs.pairs().size();
      Measured exact = new Measured(senders.size() * receivers.size(), pairCount);
      Measured linear = new Measured(senders.size() * receivers.size(), pairCount);
      List<PairBatch> batches = pairs.batches(parameters.rows());
      progress.begin((long) batches.size() * senders.size() * 2, "senders");
      for (PairBatch batch : batches) {
        int atOnce = Math.max(1, parameters.rows() / batch.size());
        List<Site> sites = FrozenRun.needed(model.spec());
        try (PatchedRuns runs =
            new PatchedRuns(
                model, batch, parameters.metric(), parameters.direction(), sites, false)) {
          exact.runs(runs);
          linear.runs(runs);
          for (int from = 0; from < senders.size(); ) {
            int to = from + 1;
            while (to < senders.size()
                && to - from < atOnce
                && senders.get(to).layer() == senders.get(from).layer()) {
              to++;
            }
            send(runs, from, to, false, exact);
            send(runs, from, to, true, linear);
            progress.advance(2L * (to - from));
            from = to;
          }
        }
      }
      return PathResult.of(parameters, pairs, paths(exact, linear), exact);
    }

    /** Fills the metric of the paths of senders of one layer. */
    private void send(PatchedRuns runs, int from, int to, boolean held, Measured measured) {
      List<Cell> some = senders.subList(from, to);
      int layer = some.getFirst().layer();
      List<Receiver> hear =
          receivers.stream().filter(one -> one.hears(layer, model.spec())).toList();
      Set<Site> wanted = new HashSet<>();
      hear.stream().filter(one -> one.cell() != null).forEach(one -> wanted.add(site(one)));
      try (NDManager scope = model.newManager()) {
        FrozenRun.Arrived arrived = FrozenRun.of(runs, model.spec(), some, held, wanted, scope);
        for (Receiver receiver : hear) {
          double[][] values = arrived.logits();
          Cell cell = receiver.cell();
          if (cell != null) {
            NDArray value = Objects.requireNonNull(arrived.values().get(cell.site()));
            values = runs.patched(Collections.nCopies(some.size(), cell), value);
          }
          for (int i = 0; i < values.length; i++) {
            int at = (from + i) * receivers.size() + receivers.indexOf(receiver);
            measured.put(at, runs.batch(), new double[][] {values[i]});
          }
        }
      }
    }

    private static Site site(Receiver receiver) {
      return Objects.requireNonNull(receiver.cell()).site();
    }

    private List<Path> paths(Measured exact, Measured linear) {
      List<Path> paths = new ArrayList<>();
      for (int i = 0; i < senders.size() * receivers.size(); i++) {
        Cell sender = senders.get(i / receivers.size());
        Receiver receiver = receivers.get(i % receivers.size());
        if (receiver.hears(sender.layer(), model.spec())) {
          paths.add(
              new Path(
                  sender.unitName(),
                  receiver.name(),
                  exact.estimate(i, parameters.seed()),
                  linear.effect(i)));
        }
      }
      if (paths.isEmpty()) {
        throw new IllegalArgumentException(
            "no path: every receiver lies at or before the senders' layers");
      }
      return paths;
    }
  }
}
