package circuitscope.app.gui.attention;

import circuitscope.app.gui.analysis.QuestionsPage;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.ParameterForm;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.study.AnswerPane;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Optional;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.collections.ListChangeListener;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.SplitPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;

/** Every head's attention small, one head's large. */
public final class AttentionPage extends QuestionsPage<AttentionViewModel> {
  private static final Texts TEXTS = AttentionViewModel.TEXTS;

  private final Services services;
  private final HeadView head;

  private AttentionPage(Services services) {
    super(services, new AttentionViewModel(services), TEXTS);
    this.services = services;
    this.head = new HeadView(model(), services);
    frame()
        .section(
            Texts.SHARED.get("parameters"),
            new ParameterForm(model().parameters(), services.files()))
        .section(TEXTS.get("against"), against());
    GridView grid = new GridView(model(), services);
    SplitPane both = new SplitPane(grid, head);
    both.setDividerPositions(0.36);
    frame()
        .content(
            new AnswerPane<>(
                model().runner(),
                both,
                services,
                answer -> {
                  grid.show(answer);
                  head.show(answer);
                }));
  }

  /** The type of this page. */
  public static PageType type() {
    return new PageType(
        "attention",
        "attention",
        TEXTS.get("title"),
        TEXTS.get("help"),
        "fth-grid",
        (services, state) -> {
          AttentionPage page = new AttentionPage(services);
          page.model().restore(state);
          return page;
        });
  }

  private Node against() {
    ComboBox<LoadedModel> box = Icons.named(new ComboBox<>(), "against", TEXTS.get("against.help"));
    box.setPromptText(TEXTS.get("against.none"));
    box.setMaxWidth(Double.MAX_VALUE);
    box.setTooltip(Icons.tooltip(TEXTS.get("against.help")));
    box.valueProperty().bindBidirectional(model().againstProperty());
    Runnable offer =
        () -> {
          LoadedModel asked = model().model().get();
          List<LoadedModel> others =
              services.models().open().stream()
                  .filter(one -> asked != null && !one.equals(asked))
                  .filter(one -> asked != null && one.device().equals(asked.device()))
                  .toList();
          if (!others.contains(box.getValue())) {
            box.setValue(null);
          }
          box.getItems().setAll(others);
          box.setDisable(others.isEmpty());
        };
    ListChangeListener<LoadedModel> changed = change -> offer.run();
    model().model().open().addListener(new javafx.collections.WeakListChangeListener<>(changed));
    box.getProperties().put("follows", changed);
    model().model().modelProperty().addListener(change -> offer.run());
    offer.run();
    Button none =
        Icons.button("against-none", "fth-x", TEXTS.get("against.none"), () -> box.setValue(null));
    none.disableProperty().bind(box.valueProperty().isNull());
    HBox.setHgrow(box, Priority.ALWAYS);
    HBox row = new HBox(box, none);
    row.getStyleClass().add("tight");
    return row;
  }

  @Override
  public ObservableValue<String> title() {
    ReadOnlyStringWrapper title = new ReadOnlyStringWrapper(TEXTS.get("title"));
    model()
        .runner()
        .stateProperty()
        .addListener(
            (property, old, now) ->
                now.shown()
                    .map(AttentionViewModel.Answer::pattern)
                    .map(HeadPattern::head)
                    .ifPresent(name -> title.set(TEXTS.get("title.of", name))));
    return title;
  }

  @Override
  protected Optional<Figure> figure() {
    return head.figure();
  }
}
