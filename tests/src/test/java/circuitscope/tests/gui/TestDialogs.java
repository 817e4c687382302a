package circuitscope.tests.gui;

import circuitscope.app.gui.page.FileDialogs;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Answers every question for a file with the one that the test put in. */
final class TestDialogs implements FileDialogs {
  private Optional<Path> answer = Optional.empty();

  void answer(Path path) {
    answer = Optional.of(path);
  }

  @Override
  public Optional<Path> folder(String title) {
    return answer;
  }

  @Override
  public Optional<Path> open(String title, Kind... kinds) {
    return answer;
  }

  @Override
  public List<Path> openSeveral(String title, Kind... kinds) {
    return answer.stream().toList();
  }

  @Override
  public Optional<Path> save(String title, String name, Kind... kinds) {
    return answer;
  }
}
