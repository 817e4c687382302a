package circuitscope.tests.benchmarks;

import ai.djl.util.cuda.CudaUtils;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TrainingSequences;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.ngram.BigramTable;
import circuitscope.subnetworks.train.BigramTarget;
import circuitscope.subnetworks.train.Granularity;
import circuitscope.subnetworks.train.MaskTrainer;
import circuitscope.subnetworks.train.Schedule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Times mask training of a model with random weights on the data of {@code
 * tests/benchmarks/mask_training_peer.py}, which times the same in PyTorch. One JSON line.
 *
 * <p>Arguments: CONFIG.json DEVICE DTYPE STEPS FOLDER
 */
public final class MaskTrainingBenchmark {
  /** The virtual machine compiles what it has run often: time what a training sees. */
  private static final int WARM_UP_STEPS = 60;

  private MaskTrainingBenchmark() {}

  public static void main(String[] args) throws IOException {
    Path config = Path.of(args[0]);
    ComputeDevice device = ComputeDevice.parse(args[1]);
    Precision precision = Precision.parse(args[2]);
    int steps = Integer.parseInt(args[3]);
    Path folder = Path.of(args[4]);
    Schedule schedule = Schedule.published();
    try (Model model = Model.random(HfConfig.read(config), 1, device, precision);
        BigramTable table = BigramTable.open(folder.resolve("bigrams.safetensors"));
        BigramTarget target = new BigramTarget(table, model)) {
      TokenInput tokens = TokenInput.readIds(folder.resolve("tokens.safetensors") + ":input_ids");
      Progress silent = Progress.silent();
      TrainingSequences sequences =
          TrainingSequences.read(
              new Subject(model, null, tokens), schedule.length(), schedule.batch(), silent);
      try (MaskTrainer trainer =
          new MaskTrainer(model, schedule, Granularity.WEIGHT, sequences, target)) {
        trainer.begin(10, 0);
        train(trainer, WARM_UP_STEPS);
        long start = System.nanoTime();
        train(trainer, WARM_UP_STEPS + steps);
        double seconds = (System.nanoTime() - start) / 1e9;
        long mebibytes =
            device.gpu() ? CudaUtils.getGpuMemory(device.device()).getCommitted() >> 20 : 0;
        System.out.printf(
            Locale.ROOT,
            "{\"tool\": \"circuitscope\", \"config\": \"%s\", \"device\": \"%s\", \"dtype\":"
                + " \"%s\", \"steps\": %d, \"steps_per_second\": %.3f, \"used_mib\": %d,"
                + " \"estimate_mib\": %d}%n",
            config.getFileName().toString().replace(".json", ""),
            device,
            args[2],
            steps,
            steps / seconds,
            mebibytes,
            MaskTrainer.memory(model, schedule, target).bytes() >> 20);
      }
    }
  }

  /** Runs on to that many steps; each tenth waits for the device, as in a real training. */
  private static void train(MaskTrainer trainer, int upTo) throws IOException {
    Progress progress = Progress.silent();
    try {
      trainer.run(
          progress,
          training -> {
            if (training.steps() >= upTo) {
              progress.cancel();
            }
          });
    } catch (CancelledException reached) {
      progress.cancel();
    }
  }
}
