package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Texts;
import java.util.List;
import javafx.beans.Observable;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.value.ObservableValue;
import javafx.geometry.Pos;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.Hyperlink;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The first page: a model in one click, recent ones, and everything that can be asked. */
final class HomePage implements Page {
  static final String ID = "home";

  private final ShellViewModel shell;
  private final ShellActions actions;
  private final VBox recent = new VBox();
  private final VBox catalogue = new VBox();
  private final ScrollPane view;

  HomePage(ShellViewModel shell, ShellActions actions) {
    this.shell = shell;
    this.actions = actions;
    recent.getStyleClass().add("tight");
    catalogue.getStyleClass().add("catalogue");
    VBox all = new VBox(hero(), recent, catalogue);
    all.getStyleClass().add("home");
    view = new ScrollPane(all);
    view.setId("home");
    view.setFitToWidth(true);
    shell.services().settings().recentModels().addListener((Observable change) -> fillRecent());
    shell.workbench().pageTypes().addListener((Observable change) -> fillCatalogue());
    fillRecent();
    fillCatalogue();
  }

  /** The type of the page of a window. */
  static PageType type(HomePage page) {
    return new PageType(
        ID,
        "work",
        Texts.SHARED.get("home"),
        Texts.SHARED.get("home.help"),
        "fth-home",
        (services, state) -> page);
  }

  private Node hero() {
    Label title = new Label(Texts.SHARED.get("home.title"));
    title.getStyleClass().add("home-title");
    Label help = new Label(Texts.SHARED.get("home.help"));
    help.getStyleClass().add("home-help");
    help.setWrapText(true);
    Button embedded = new Button(Texts.SHARED.get("home.embedded"), Icons.of("fth-play"));
    embedded.setId("open-embedded");
    embedded.getStyleClass().addAll("accent", "large");
    embedded.setTooltip(Icons.tooltip(Texts.SHARED.get("home.embedded.help")));
    embedded.setOnAction(event -> shell.openEmbedded());
    Button open = new Button(Texts.SHARED.get("home.open"), Icons.of("fth-folder"));
    open.setId("home-open-model");
    open.getStyleClass().add("large");
    open.setOnAction(event -> actions.openModel());
    Button workspace = new Button(Texts.SHARED.get("home.workspace"), Icons.of("fth-briefcase"));
    workspace.setId("home-open-workspace");
    workspace.getStyleClass().add("large");
    workspace.setOnAction(event -> actions.openWorkspace());
    HBox buttons = new HBox(embedded, open, workspace);
    buttons.getStyleClass().add("form-row");
    Label drop = new Label(Texts.SHARED.get("home.drop"));
    drop.getStyleClass().add("note");
    VBox hero = new VBox(title, help, buttons, drop);
    hero.getStyleClass().add("hero");
    return hero;
  }

  private void fillRecent() {
    List<String> names = shell.services().settings().recentModels();
    recent.setVisible(!names.isEmpty());
    recent.setManaged(!names.isEmpty());
    FlowPane links = new FlowPane();
    links.getStyleClass().add("links");
    for (String name : names) {
      Hyperlink link = new Hyperlink(name);
      link.setOnAction(event -> shell.openModel(name));
      links.getChildren().add(link);
    }
    recent.getChildren().setAll(heading(Texts.SHARED.get("home.recent"), "fth-clock"), links);
  }

  private void fillCatalogue() {
    catalogue.getChildren().clear();
    for (String group : PageTypes.groups()) {
      List<PageType> types =
          shell.workbench().pageTypes().stream()
              .filter(type -> type.group().equals(group))
              .toList();
      if (!types.isEmpty()) {
        FlowPane cards = new FlowPane();
        cards.getStyleClass().add("cards");
        types.forEach(type -> cards.getChildren().add(card(type)));
        catalogue
            .getChildren()
            .addAll(heading(PageTypes.groupTitle(group), PageTypes.icon(group)), cards);
      }
    }
  }

  private static Label heading(String text, String icon) {
    Label label = new Label(text, Icons.of(icon));
    label.getStyleClass().add("home-heading");
    return label;
  }

  private Node card(PageType type) {
    Label title = new Label(type.title());
    title.getStyleClass().add("card-title");
    Label help = new Label(type.help());
    help.getStyleClass().add("card-help");
    help.setWrapText(true);
    VBox text = new VBox(title, help);
    text.getStyleClass().add("tight");
    Button card = new Button(null, text);
    card.setId("open-" + type.id().replace(':', '-').replace('.', '-'));
    card.getStyleClass().add("card-button");
    card.setAlignment(Pos.TOP_LEFT);
    card.setAccessibleText(type.title());
    card.setAccessibleHelp(type.help());
    card.setTooltip(Icons.tooltip(type.help()));
    card.setMinHeight(Region.USE_PREF_SIZE);
    card.setOnAction(event -> shell.open(type, java.util.Map.of()));
    return card;
  }

  @Override
  public ObservableValue<String> title() {
    return new ReadOnlyStringWrapper(Texts.SHARED.get("home"));
  }

  @Override
  public Node view() {
    return view;
  }
}
