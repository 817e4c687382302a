package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.Models;
import circuitscope.app.session.Analyses;
import circuitscope.viz.palette.Theme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.SimpleObjectProperty;

/** Services for tests of view-models: what is said, copied and asked is kept. */
public final class TestServices implements Services.Notices, FileDialogs {
  private final List<String> copied = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Services services;
  private Optional<Path> answer = Optional.empty();

  public TestServices(Jobs jobs) {
    this.services =
        new Services(
            jobs,
            new Models(jobs),
            new Project(jobs),
            Settings.read(Path.of("no-such-settings")),
            this,
            this,
            copied::add,
            new SimpleObjectProperty<>(Theme.LIGHT),
            Analyses::registry);
  }

  public Services services() {
    return services;
  }

  public List<String> copied() {
    return copied;
  }

  public List<String> said() {
    return said;
  }

  public List<Problem> problems() {
    return problems;
  }

  /** What every file dialog answers from now on. */
  public void answer(Path path) {
    answer = Optional.of(path);
  }

  @Override
  public void said(String text) {
    said.add(text);
  }

  @Override
  public void failed(Problem problem) {
    problems.add(problem);
  }

  @Override
  public boolean confirm(String question, String goOn) {
    return true;
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
