package circuitscope.app.session.compare;

import circuitscope.probes.analysis.ResultFiles;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A stored result, as one of the two that are compared.
 *
 * @param label what tells it from the other
 * @param tables by name; rows as objects whose numbers are numbers
 */
public record Side(
    String label,
    Path folder,
    JsonNode manifest,
    JsonNode document,
    Map<String, ArrayNode> tables) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final CsvMapper CSV = new CsvMapper();
  static final String TENSORS = "tensors.safetensors";

  /**
   * Reads what {@link ResultFiles} wrote.
   *
   * @throws IllegalArgumentException when there is no result in the folder
   */
  public static Side read(String label, Path folder) throws IOException {
    Path manifest = folder.resolve(ResultFiles.MANIFEST);
    Path document = folder.resolve("result.json");
    if (!Files.exists(manifest) || !Files.exists(document)) {
      throw new IllegalArgumentException(
          "%s: there is no result in it; give a folder that --out wrote, or an analysis to run (circuitscope compare --help)"
              .formatted(folder));
    }
    return new Side(
        label,
        folder,
        JSON.readTree(manifest.toFile()),
        JSON.readTree(document.toFile()),
        tables(folder));
  }

  public String analysis() {
    return manifest.path("analysis").asText();
  }

  public String model() {
    String mask = String.join("; ", transforms());
    return manifest.at("/model/name").asText() + (mask.isEmpty() ? "" : ", " + mask);
  }

  private List<String> transforms() {
    return manifest.at("/model/transforms").valueStream().map(JsonNode::asText).toList();
  }

  /** Digest of the tokens read; empty when none were. */
  public String tokens() {
    return manifest.at("/tokens/digest").asText("");
  }

  boolean hasTensors() {
    return Files.exists(folder.resolve(TENSORS));
  }

  private static SortedMap<String, ArrayNode> tables(Path folder) throws IOException {
    SortedMap<String, ArrayNode> tables = new TreeMap<>();
    Path inside = folder.resolve("tables");
    if (Files.isDirectory(inside)) {
      try (Stream<Path> files = Files.list(inside)) {
        for (Path file : files.filter(one -> one.toString().endsWith(".csv")).toList()) {
          String name = file.getFileName().toString().replaceFirst("\\.csv$", "");
          tables.put(name, table(file));
        }
      }
    }
    return tables;
  }

  private static ArrayNode table(Path file) throws IOException {
    ArrayNode table = JSON.createArrayNode();
    try (var rows =
        CSV.readerFor(Map.class)
            .with(CsvSchema.emptySchema().withHeader())
            .<Map<String, String>>readValues(file.toFile())) {
      while (rows.hasNext()) {
        ObjectNode row = table.addObject();
        rows.next().forEach((column, text) -> put(row, column, text));
      }
    }
    return table;
  }

  private static void put(ObjectNode row, String column, String text) {
    try {
      if (text.matches("-?\\d{1,18}")) {
        row.put(column, Long.parseLong(text));
      } else {
        row.put(column, Double.parseDouble(text));
      }
    } catch (NumberFormatException e) {
      row.put(column, text);
    }
  }
}
