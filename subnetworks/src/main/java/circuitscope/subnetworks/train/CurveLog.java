package circuitscope.subnetworks.train;

import static java.nio.charset.StandardCharsets.UTF_8;

import circuitscope.probes.analysis.PendingOutput;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The curve of a running training for whoever follows it: one JSON object a line and a look at the
 * stop rule, appended whole. A training that goes on drops the lines after the state from which it
 * does, so that each step of an attempt stands there once.
 */
final class CurveLog {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ATTEMPT = "attempt";
  private static final String STEPS = "steps";

  private final Path file;
  private final int attempt;

  /**
   * Goes on with a log.
   *
   * @param attempt that writes, from 0
   * @param steps of it that are done
   */
  CurveLog(Path file, int attempt, int steps) throws IOException {
    this.file = file;
    this.attempt = attempt;
    StringBuilder kept = new StringBuilder();
    if (Files.exists(file)) {
      for (String line : Files.readString(file).split("\n", -1)) {
        if (isBefore(line, attempt + 1, steps)) {
          kept.append(line).append('\n');
        }
      }
    }
    try (PendingOutput pending = PendingOutput.file(file)) {
      Files.writeString(pending.path(), kept);
      pending.commit();
    }
  }

  private static boolean isBefore(String line, int attempt, int steps) {
    try {
      JsonNode point = JSON.readTree(line);
      int its = point.path(ATTEMPT).asInt(Integer.MAX_VALUE);
      return its < attempt || (its == attempt && point.path(STEPS).asInt() <= steps);
    } catch (JacksonException e) {
      return false; // cut off by a kill
    }
  }

  void append(MaskTrainer.Point point) throws IOException {
    ObjectNode line = JSON.createObjectNode();
    line.put(ATTEMPT, attempt + 1);
    line.put(STEPS, point.steps());
    line.put("loss_nats", point.lossNats());
    line.put("below", point.below());
    line.put("above", point.above());
    line.put("kept", point.kept());
    Validation.Score score = point.score();
    if (score != null) {
      put(line, "pearson_clamp", score.pearsonClamp());
      put(line, "pearson_drop", score.pearsonDrop());
    }
    byte[] whole = (line + "\n").getBytes(UTF_8);
    Files.write(file, whole, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** JSON knows no NaN. */
  private static void put(ObjectNode line, String name, double value) {
    if (Double.isFinite(value)) {
      line.put(name, value);
    } else {
      line.putNull(name);
    }
  }
}
