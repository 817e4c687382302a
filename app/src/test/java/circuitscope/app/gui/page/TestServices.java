package circuitscope.app.gui.page;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.Models;
import circuitscope.app.session.Analyses;
import circuitscope.viz.palette.Theme;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.SimpleObjectProperty;

/** Services for tests of view-models: what is said, copied and asked is kept. */
public final class TestServices implements Services.Notices, FileDialogs {
  private final List<String> copied = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final Services services;
  private final List<String> asked = new ArrayList<>();
  private final Map<String, Map<String, Object>> opened = new LinkedHashMap<>();
  private Optional<Path> answer = Optional.empty();
  private boolean confirms = true;

  public TestServices(Jobs jobs) {
    this(jobs, Optional.empty());
  }

  /** Services that store runs in a folder. */
  public TestServices(Jobs jobs, Optional<Path> data) {
    this.services =
        new Services(
            jobs,
            new Models(jobs),
            new Project(jobs, data),
            Settings.read(Path.of("no-such-settings"), data),
            this,
            this,
            copied::add,
            new SimpleObjectProperty<>(Theme.LIGHT),
            Analyses::registry,
            opened::put,
            place -> false);
  }

  /** Pages that were opened from others, by type: their states. */
  public Map<String, Map<String, Object>> opened() {
    return opened;
  }

  /** Questions that were asked before something was lost. */
  public List<String> asked() {
    return asked;
  }

  /** What every such question is answered with from now on. */
  public void confirms(boolean yes) {
    confirms = yes;
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
    asked.add(question);
    return confirms;
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
