package circuitscope.subnetworks.judge;

import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskProvenance;
import circuitscope.subnetworks.mask.MaskReference;
import circuitscope.subnetworks.train.Granularity;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.subnetworks.train.Schedule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Subnetworks of randomly initialised models: given as masks, or found here with λ = 0. */
final class RandomControls {
  private final Judge judge;
  private final ControlsAnalysis.Parameters p;
  private final @Nullable Path folder;
  private final List<ControlsResult.Trained> trained = new ArrayList<>();

  RandomControls(Judge judge, ControlsAnalysis.Parameters p, @Nullable Path folder) {
    this.judge = judge;
    this.p = p;
    this.folder = folder;
  }

  List<ControlsResult.Trained> trained() {
    return trained;
  }

  /**
   * Judges a random model as it is and, where there is one, its subnetwork.
   *
   * @param kept slots that keep the trained weights
   * @param given its subnetwork; null to find it, or to leave it out
   */
  void add(
      String name,
      Model model,
      Set<Slot> kept,
      @Nullable String given,
      Progress progress,
      List<Judgement> controls)
      throws IOException {
    try (Model random = model.reinitialised(p.initSeed(), p.deviation(), kept)) {
      Mask whole = Judge.whole(random).named(name + ", full");
      controls.add(judge.judged(whole, judge.surprisals(random, progress.step("full", 0.1))));
      Mask mask = null;
      if (given != null) {
        mask = MaskReference.parse(given).read().fittedTo(random);
      } else if (p.maxSteps() != null) {
        mask = train(name, random, p.maxSteps(), progress.step("training", 0.8));
      }
      if (mask != null) {
        try (Model masked = random.masked(mask.weightMask())) {
          Surprisals found = judge.surprisals(masked, progress.step("subnetwork", 0.1));
          controls.add(judge.judged(mask.named(name + ", subnetwork"), found));
        }
      }
    }
  }

  private Mask train(String name, Model random, int steps, Progress progress) throws IOException {
    Schedule schedule =
        Schedule.of(
            steps, p.learningRate(), Schedule.growthFor(steps), p.trainBatch(), p.length(), 1);
    if (judge.setAside().count() < schedule.batch()) {
      throw new IllegalArgumentException(
          "%d sequences are set aside, and a step takes %d; raise --aside-sequences or lower"
                  .formatted(judge.setAside().count(), schedule.batch())
              + " --train-batch");
    }
    try (MaskTrainer trainer =
        new MaskTrainer(random, schedule, Granularity.WEIGHT, judge.setAside(), judge.target())) {
      trainer.begin(0, p.seed());
      MaskTrainer.Outcome outcome = trainer.run(progress, training -> {});
      Map<String, String> made = new TreeMap<>(judge.target().provenance());
      made.put(MaskProvenance.MODEL, random.identity().origin());
      made.put("initialisation", String.join("; ", random.identity().transforms()));
      made.put(MaskProvenance.SCHEDULE, schedule.name());
      made.put(MaskProvenance.LAMBDA, "0");
      made.put(MaskProvenance.SEED, Long.toString(p.seed()));
      made.put(MaskProvenance.STEPS, Integer.toString(outcome.steps()));
      Mask mask = outcome.mask(random, name, MaskProvenance.of(made));
      trained.add(
          new ControlsResult.Trained(
              name, schedule.name(), outcome.steps(), outcome.ending(), save(name, mask)));
      return mask;
    }
  }

  private @Nullable String save(String name, Mask mask) throws IOException {
    if (folder == null) {
      return null;
    }
    Files.createDirectories(folder);
    Path file = folder.resolve(name.replace(" + ", "-").replace(' ', '-') + ".safetensors");
    MaskFile.write(file, mask);
    return file.toString();
  }
}
