package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.TensorShape;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The shapes of a mask's parameters as JSON: {@code {"name": [rows, columns], …}}. */
final class MaskShapes {
  private static final JsonMapper JSON = new JsonMapper();

  private MaskShapes() {}

  static String write(Collection<MaskMatrix> matrices) {
    ObjectNode shapes = JSON.createObjectNode();
    for (MaskMatrix matrix : matrices) {
      var dims = shapes.putArray(matrix.name());
      for (long dim : matrix.shape().dims()) {
        dims.add(dim);
      }
    }
    return shapes.toString();
  }

  static SortedMap<String, TensorShape> read(Path file, String json) {
    JsonNode root;
    try {
      root = JSON.readTree(json);
    } catch (JacksonException e) {
      throw new MaskException(
          file + ": the shapes in its metadata are not JSON: " + e.getOriginalMessage(), e);
    }
    SortedMap<String, TensorShape> shapes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode dims = entry.getValue();
      long[] read = new long[dims.size()];
      for (int i = 0; i < read.length; i++) {
        if (!dims.get(i).canConvertToInt() || dims.get(i).intValue() < 1) {
          throw new MaskException(
              "%s: '%s' has the shape %s, expected numbers from 1"
                  .formatted(file, entry.getKey(), dims));
        }
        read[i] = dims.get(i).intValue();
      }
      if (!dims.isArray() || read.length < 1 || read.length > 2) {
        throw new MaskException(
            "%s: '%s' has the shape %s, expected [rows, columns]"
                .formatted(file, entry.getKey(), dims));
      }
      shapes.put(entry.getKey(), new TensorShape(read));
    }
    return shapes;
  }

  /** Refuses a file that claims more weights than Java has memory for, before any is taken. */
  static void checkMemory(Path file, Collection<TensorShape> shapes) {
    double bytes = 0;
    for (TensorShape shape : shapes) {
      bytes += shape.rank() == 1 ? shape.dim(0) : (double) shape.dim(0) * shape.dim(1);
    }
    bytes /= Byte.SIZE;
    long most = Runtime.getRuntime().maxMemory();
    if (bytes > most / 2.0) {
      throw new MaskException(
          "%s: claims masks of %.0f MiB, and Java may take %d MiB; give it more with"
                  .formatted(file, bytes / (1 << 20), most >> 20)
              + " JAVA_TOOL_OPTIONS=-Xmx8g if the file can be trusted");
    }
  }
}
