package circuitscope.app.gui.subnetworks;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the curve that a training appends to while it runs. */
final class CourseReader {
  private static final JsonMapper JSON = new JsonMapper();
  private static final String ENDING = ".curve.jsonl";

  private CourseReader() {}

  /** The courses in a folder, by name; none where there is no folder. */
  static List<Course> read(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Course> courses = new ArrayList<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(CourseReader::isCurve).sorted().toList()) {
        String name = file.getFileName().toString();
        courses.add(
            new Course(
                name.substring(0, name.length() - ENDING.length()),
                points(Files.readString(file))));
      }
    }
    return courses;
  }

  private static boolean isCurve(Path file) {
    return file.toString().endsWith(ENDING);
  }

  /** Those of the last attempt; a line that is still being written ends them. */
  private static List<Course.Point> points(String lines) {
    List<Course.Point> points = new ArrayList<>();
    int attempt = 0;
    for (String line : lines.lines().toList()) {
      JsonNode look;
      try {
        look = JSON.readTree(line);
      } catch (JacksonException e) {
        return points;
      }
      if (look.path("attempt").asInt() > attempt) {
        attempt = look.path("attempt").asInt();
        points.clear();
      }
      points.add(
          new Course.Point(
              look.path("steps").asInt(),
              look.path("loss_nats").asDouble(),
              look.path("kept").asLong(),
              look.path("pearson_clamp").asDouble(Double.NaN)));
    }
    return points;
  }
}
