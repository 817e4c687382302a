package circuitscope.app.gui.sinks;

import circuitscope.app.gui.analysis.QuestionsPage;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.viz.figure.Figure;
import java.util.Optional;
import javafx.scene.layout.StackPane;

/** Sinks, what makes them, what they hold up; and reading on beyond the cache. */
public final class SinksPage extends QuestionsPage<SinksViewModel> {
  private static final Texts TEXTS = SinksViewModel.TEXTS;

  private final SinkParts parts;

  private SinksPage(Services services) {
    super(services, new SinksViewModel(services), TEXTS);
    this.parts = new SinkParts(model(), services);
    StackPane parameters = new StackPane();
    model()
        .partProperty()
        .subscribe(
            part ->
                parameters
                    .getChildren()
                    .setAll(new ParameterForm(model().form(part), services.files())));
    frame().section(Texts.SHARED.get("parameters"), parameters);
    frame().content(parts);
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "sinks",
        "sinks",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-anchor",
        (services, state) -> {
          SinksPage page = new SinksPage(services);
          page.model().restore(state);
          return page;
        });
  }

  @Override
  protected Optional<Figure> figure() {
    return parts.figure();
  }
}
