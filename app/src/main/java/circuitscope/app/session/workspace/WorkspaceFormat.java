package circuitscope.app.session.workspace;

import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Versions;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A workspace as one JSON document.
 *
 * <p>Its first fields are the format's version, the version of the program that wrote it, and a
 * revision that grows with every save. A document of an earlier format goes through one migration a
 * version until it is of the current one; a document of a later format is refused, since it may
 * mean something else by the same words.
 */
final class WorkspaceFormat {
  static final String VERSION = "circuitscope_workspace";
  private static final String WRITTEN_BY = "written_by";
  private static final String REVISION = "revision";
  private static final JsonMapper TREES = new JsonMapper();

  /** What takes a document of version i + 1 to version i + 2. */
  private static final List<UnaryOperator<ObjectNode>> MIGRATIONS = List.of();

  private final List<UnaryOperator<ObjectNode>> migrations;

  /** A format whose version is one more than there are migrations. */
  WorkspaceFormat(List<UnaryOperator<ObjectNode>> migrations) {
    this.migrations = List.copyOf(migrations);
  }

  static WorkspaceFormat current() {
    return new WorkspaceFormat(MIGRATIONS);
  }

  /** A document's content and how often it had been saved. */
  record Document(Workspace workspace, long revision) {}

  int version() {
    return migrations.size() + 1;
  }

  byte[] write(Document document) {
    ObjectNode tree = TREES.createObjectNode();
    tree.put(VERSION, version());
    tree.put(WRITTEN_BY, Versions.current().product());
    tree.put(REVISION, document.revision());
    try {
      tree.setAll((ObjectNode) TREES.readTree(Json.pretty(document.workspace())));
    } catch (JacksonException e) {
      throw new IllegalStateException("what was written as JSON can be read", e);
    }
    return (Json.pretty(tree) + "\n").getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The document in these bytes.
   *
   * @param file names it in errors
   * @throws WorkspaceException when it is none, of a later version, or not as it must be
   */
  Document read(byte[] bytes, Path file) {
    ObjectNode tree = tree(bytes, file);
    JsonNode version = tree.path(VERSION);
    if (!version.isInt() || version.intValue() < 1) {
      throw new WorkspaceException(
          "%s is JSON but no workspace: its field %s is %s, expected a whole number from 1 to %d"
              .formatted(file, VERSION, version.isMissingNode() ? "absent" : version, version()));
    }
    if (version.intValue() > version()) {
      throw new WorkspaceException(
          "%s: workspace format %d, written by Circuitscope %s; this one (%s) reads formats up to %d. Open it with that version or a later one"
              .formatted(
                  file,
                  version.intValue(),
                  tree.path(WRITTEN_BY).asText("of another version"),
                  Versions.current().product(),
                  version()));
    }
    for (int from = version.intValue(); from < version(); from++) {
      tree = migrations.get(from - 1).apply(tree);
    }
    long revision = tree.path(REVISION).asLong();
    tree.remove(List.of(VERSION, WRITTEN_BY, REVISION));
    try {
      return new Document(Json.read(tree.toString(), Workspace.class), revision);
    } catch (IOException | IllegalArgumentException e) {
      throw new WorkspaceException("%s: %s".formatted(file, firstLine(e)), e);
    }
  }

  private static ObjectNode tree(byte[] bytes, Path file) {
    try {
      if (TREES.readTree(bytes) instanceof ObjectNode tree) {
        return tree;
      }
    } catch (IOException e) {
      throw new WorkspaceException("%s is not JSON: %s".formatted(file, firstLine(e)), e);
    }
    throw new WorkspaceException(file + " is no workspace: expected one JSON object");
  }

  private static String firstLine(Exception failure) {
    String message = failure instanceof JacksonException json ? json.getOriginalMessage() : null;
    return message == null ? String.valueOf(failure.getMessage()) : message;
  }
}
