package circuitscope.app.session.job;

import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.ModelChoice;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.PendingOutput;
import circuitscope.probes.analysis.TokenInput;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Adds one run to a job file, or begins a file with it. What the file holds stays, its comments
 * excepted; a model, text or analysis that it has already is not added twice.
 */
public final class JobAddition {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .build());

  private JobAddition() {}

  /**
   * Writes the file with the run in it.
   *
   * @throws IllegalArgumentException when it holds something else than a job
   */
  public static void add(Path file, ModelChoice model, AnalysisRun<?, ?> run) throws IOException {
    ObjectNode job = read(file);
    addUnlessThere(list(job, "models"), model(model), "model");
    ObjectNode analysis = YAML.createObjectNode();
    analysis.put("analysis", run.analysis().id());
    TokenInput input = run.input();
    if (input != null) {
      String text = addUnlessThere(list(job, "texts"), text(input), "text");
      analysis.putArray("texts").add(text);
    }
    analysis.set("parameters", YAML.valueToTree(run.written()));
    addUnlessThere(list(job, "analyses"), analysis, run.analysis().id());
    try (PendingOutput pending = PendingOutput.file(file)) {
      Files.writeString(pending.path(), YAML.writeValueAsString(job));
      pending.commit();
    }
  }

  private static ObjectNode read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return YAML.createObjectNode();
    }
    JsonNode root = YAML.readTree(Files.readString(file));
    if (root instanceof ObjectNode job) {
      return job;
    }
    throw new IllegalArgumentException(
        file + " is no job file: expected models, texts and analyses; choose another");
  }

  /** The list under a key; one item alone, as people may write it, becomes a list of one. */
  private static ArrayNode list(ObjectNode job, String key) {
    JsonNode there = job.path(key);
    if (there instanceof ArrayNode list) {
      return list;
    }
    ArrayNode list = job.putArray(key);
    if (!there.isMissingNode() && !there.isNull()) {
      list.add(there);
    }
    return list;
  }

  private static ObjectNode model(ModelChoice choice) {
    ObjectNode model = YAML.createObjectNode();
    model.put("model", choice.model());
    putUnless(model, "tokenizer", choice.tokenizer(), null);
    putUnless(model, "device", choice.device(), "auto");
    putUnless(model, "dtype", choice.dtype(), "fp32");
    putUnless(model, "mask", choice.mask(), null);
    return model;
  }

  private static ObjectNode text(TokenInput input) {
    ObjectNode text = YAML.createObjectNode();
    switch (input) {
      case TokenInput.Prompt(String prompt, BosPolicy bos) -> {
        text.put("text", prompt);
        putUnless(text, "bos", bos.name().toLowerCase(Locale.ROOT), "auto");
      }
      case TokenInput.TextFiles(var files) -> {
        ArrayNode list = text.putArray("file");
        files.forEach(path -> list.add(path.toString()));
      }
      case TokenInput.Ids ids -> text.put("ids", ids.source());
    }
    return text;
  }

  private static void putUnless(
      ObjectNode node, String key, @Nullable Object value, @Nullable String usual) {
    if (value != null && !value.toString().equals(usual)) {
      node.put(key, value.toString());
    }
  }

  /** The id of the item among those of the list, its own where it was not there. */
  private static String addUnlessThere(ArrayNode list, ObjectNode item, String name) {
    for (JsonNode one : list) {
      if (one.isTextual() && item.size() == 1 && one.asText().equals(item.path("model").asText())) {
        return one.asText();
      }
      if (one instanceof ObjectNode known && item.equals(known.deepCopy().without("id"))) {
        return known.path("id").asText();
      }
    }
    String id = freeId(list, name);
    list.addObject().put("id", id).setAll(item);
    return id;
  }

  private static String freeId(ArrayNode list, String wanted) {
    Set<String> taken = new HashSet<>();
    list.forEach(one -> taken.add(one.isTextual() ? one.asText() : one.path("id").asText()));
    String id = wanted;
    for (int number = 2; taken.contains(id); number++) {
      id = wanted + "-" + number;
    }
    return id;
  }
}
