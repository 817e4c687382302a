package circuitscope.app.gui.shell;

import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.model.Models;
import circuitscope.app.gui.page.FileDialogs;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.Analyses;
import circuitscope.probes.analysis.AnalysisRegistry;
import circuitscope.viz.palette.Theme;
import java.util.function.Supplier;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** What all windows of the process share. */
public final class Workbench {
  private final Jobs jobs;
  private final Services.Desktop desktop;
  private final Models models;
  private final Settings settings;
  private final Project project;
  private final ObjectProperty<Theme> theme = new SimpleObjectProperty<>(Theme.LIGHT);
  private final ObservableList<PageType> pageTypes = FXCollections.observableArrayList();
  private final Supplier<AnalysisRegistry> analyses = new Once();

  /** A workbench without a desktop around it. */
  public Workbench(Jobs jobs, Settings settings) {
    this(jobs, settings, place -> false);
  }

  /** A workbench whose pages show files by {@code desktop}. */
  public Workbench(Jobs jobs, Settings settings, Services.Desktop desktop) {
    this.desktop = desktop;
    this.jobs = jobs;
    this.settings = settings;
    this.models = new Models(jobs);
    this.project = new Project(jobs, settings.data());
  }

  /** The services of a window that opens no pages from pages. */
  public Services services(FileDialogs files, Services.Notices notices, Services.Clip clip) {
    return services(files, notices, clip, (type, state) -> {});
  }

  /** The services of one window. */
  public Services services(
      FileDialogs files, Services.Notices notices, Services.Clip clip, Services.Pages pages) {
    return new Services(
        jobs, models, project, settings, files, notices, clip, theme, analyses, pages, desktop);
  }

  /** Names the pages made by hand, and loads the analyses beside the window for theirs. */
  public void loadPageTypes() {
    pageTypes.setAll(PageTypes.own());
    jobs.submit(
            Texts.SHARED.get("job.analyses"), Jobs.FILES, progress -> PageTypes.of(analyses.get()))
        .onDone(pageTypes::addAll);
  }

  /** Every page that can be opened. */
  public ObservableList<PageType> pageTypes() {
    return pageTypes;
  }

  public Jobs jobs() {
    return jobs;
  }

  public Models models() {
    return models;
  }

  public Settings settings() {
    return settings;
  }

  public Project project() {
    return project;
  }

  /** Light or dark, as the windows are. */
  public ObjectProperty<Theme> themeProperty() {
    return theme;
  }

  /** Makes the registry when it is first asked for. */
  private static final class Once implements Supplier<AnalysisRegistry> {
    private static final class Held {
      private static final AnalysisRegistry REGISTRY = Analyses.registry();
    }

    @Override
    public AnalysisRegistry get() {
      return Held.REGISTRY;
    }
  }
}
