package circuitscope.app.session.job;

import circuitscope.app.session.Inputs;
import circuitscope.app.session.job.Job.JobText;
import circuitscope.probes.analysis.Nearest;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The entries under {@code texts}; one that cannot be read is told once, not at each use. */
final class TextEntries {
  private static final List<String> KEYS = List.of("id", "text", "file", "ids", "bos");

  private final Map<String, JobText> usable = new LinkedHashMap<>();
  private final Ids ids = new Ids();

  TextEntries(JobNode list) {
    for (JobNode item : list.items()) {
      if (item.checkKeys(KEYS)) {
        read(item);
      }
    }
  }

  private void read(JobNode item) {
    List<Path> files = new ArrayList<>();
    for (JobNode one : item.at("file").items()) {
      String path = one.text();
      if (path != null) {
        files.add(Path.of(path));
        if (!Files.isRegularFile(Path.of(path))) {
          one.problem(path + ": no such file");
        }
      }
    }
    String byDefault = files.isEmpty() ? "text" : Ids.stem(files.getFirst());
    String id = item.at("id").textOr(Ids.folderName(byDefault));
    ids.check(item, id);
    TokenInput input = input(item, files);
    if (input != null) {
      usable.put(id, new JobText(id, input));
    }
  }

  private static @Nullable TokenInput input(JobNode item, List<Path> files) {
    try {
      TokenInput input =
          Inputs.of(
              "", item.at("text").text(), files, item.at("ids").text(), item.at("bos").text());
      if (input == null && !item.has("text") && !item.has("ids") && !item.has("file")) {
        item.problem("gives nothing to read; give one of text, file, ids");
      }
      return input;
    } catch (RuntimeException e) {
      item.problem(String.valueOf(e.getMessage()));
      return null;
    }
  }

  boolean none() {
    return ids.all().isEmpty();
  }

  List<JobText> all() {
    return List.copyOf(usable.values());
  }

  /** Those that a list of ids names. */
  List<JobText> named(JobNode list) {
    List<JobText> chosen = new ArrayList<>();
    for (JobNode one : list.items()) {
      String id = one.textOr("");
      JobText text = usable.get(id);
      if (text != null && chosen.contains(text)) {
        one.problem("'%s' is named twice".formatted(id));
      } else if (text != null) {
        chosen.add(text);
      } else if (!ids.all().contains(id)) {
        one.problem("there is no text '%s'%s".formatted(id, Nearest.hint(id, ids.all())));
      }
    }
    return chosen;
  }
}
