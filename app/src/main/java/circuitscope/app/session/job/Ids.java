package circuitscope.app.session.job;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/** Names of folders inside a job's: fit for every file system, and no two the same. */
final class Ids {
  private final Set<String> taken = new HashSet<>();

  /** Notes an id that cannot name a folder or is taken. */
  void check(JobNode item, String id) {
    if (!id.equals(folderName(id))) {
      item.problem("id '%s' cannot name a folder; use letters, digits, . _ -".formatted(id));
    }
    if (!taken.add(id)) {
      item.problem("a second one is called '%s'; give it an id of its own".formatted(id));
    }
  }

  Set<String> all() {
    return taken;
  }

  static String folderName(String text) {
    String safe = text.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+", "");
    return safe.isEmpty() ? "unnamed" : safe;
  }

  static String stem(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
