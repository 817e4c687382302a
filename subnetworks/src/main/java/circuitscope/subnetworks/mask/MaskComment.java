package circuitscope.subnetworks.mask;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A mask's name and provenance as one JSON text, for file forms without metadata. */
final class MaskComment {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NAME = MaskProvenance.RESERVED + "name";

  private MaskComment() {}

  static String write(Mask mask) {
    ObjectNode texts = JSON.createObjectNode();
    mask.provenance().entries().forEach(texts::put);
    return texts.put(NAME, mask.name()).toString();
  }

  /** The mask of {@code matrices}; another's comment, or none, leaves it called as its file. */
  static Mask read(Path file, @Nullable String comment, List<MaskMatrix> matrices) {
    String name = String.valueOf(file.getFileName());
    MaskProvenance provenance = MaskProvenance.NONE.with(MaskProvenance.SOURCE, name);
    try {
      JsonNode texts = JSON.readTree(comment == null ? "" : comment);
      if (texts.hasNonNull(NAME)) {
        name = texts.get(NAME).asText();
        provenance = MaskProvenance.NONE;
        for (Map.Entry<String, JsonNode> text : texts.properties()) {
          if (!text.getKey().equals(NAME)) {
            provenance = provenance.with(text.getKey(), text.getValue().asText());
          }
        }
      }
    } catch (JacksonException e) {
      return Mask.of(name, matrices, provenance);
    }
    return Mask.of(name, matrices, provenance);
  }
}
