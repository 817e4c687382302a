package circuitscope.tests.circuits;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.LoadProgress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.pairs.PromptPair;
import circuitscope.probes.pairs.PromptPairs;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** Prompt pairs of random ids, and models to run them on. */
final class TestPairs {
  private TestPairs() {}

  /** {@code golden/edge_attribution.py}'s answers. */
  static JsonNode golden() throws IOException {
    return new ObjectMapper().readTree(Path.of("golden", "edge-attribution.json").toFile());
  }

  static PromptPairs of(JsonNode stored) {
    List<PromptPair> pairs = new ArrayList<>();
    for (int i = 0; i < stored.get("answer").size(); i++) {
      pairs.add(
          new PromptPair(
              ids(stored.get("clean").get(i)),
              ids(stored.get("corrupted").get(i)),
              new int[] {stored.get("answer").get(i).asInt()},
              new int[] {stored.get("wrong").get(i).asInt()},
              stored.get("position").get(i).asInt()));
    }
    return PromptPairs.of(pairs);
  }

  private static int[] ids(JsonNode row) {
    int[] ids = new int[row.size()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = row.get(i).asInt();
    }
    return ids;
  }

  /** Pairs of {@code lengths} tokens each, below id {@code vocab}. */
  static PromptPairs random(int vocab, long seed, int... lengths) {
    Random random = new Random(seed);
    List<PromptPair> pairs = new ArrayList<>();
    for (int length : lengths) {
      int answer = random.nextInt(vocab / 2);
      int[] wrong = {vocab / 2 + random.nextInt(vocab / 2)};
      pairs.add(
          new PromptPair(
              random.ints(length, 0, vocab).toArray(),
              random.ints(length, 0, vocab).toArray(),
              new int[] {answer},
              wrong,
              length - 1));
    }
    return PromptPairs.of(pairs);
  }

  /** Opens a tiny checkpoint on the CPU. */
  static void with(String folder, Precision precision, Consumer<Model> test) {
    try (Checkpoint checkpoint = Checkpoint.open(Path.of("golden", folder));
        Model model = Model.load(checkpoint, ComputeDevice.CPU, precision, LoadProgress.NONE)) {
      test.accept(model);
    }
  }

  static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
