package circuitscope.app.gui.prompt;

import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.TableNode;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.tokens.Legend;
import circuitscope.app.gui.tokens.TokenFlow;
import circuitscope.probes.predict.Prediction;
import circuitscope.viz.figure.Figure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.InvalidationListener;
import javafx.beans.WeakInvalidationListener;
import javafx.scene.Node;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.Tab;
import javafx.scene.control.TabPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.VBox;

/** The tokens of a prompt, what is expected at the one that was clicked, and what is written on. */
final class PromptView extends VBox {
  private static final Texts TEXTS = PromptViewModel.TEXTS;

  private final PromptViewModel model;
  private final Services services;
  private final TokenFlow flow = new TokenFlow("tokens", TEXTS.get("tokens"));
  private final Legend legend = new Legend();
  private final Label count = new Label();
  private final Label readOut = new Label();
  private final Label written = new Label();
  private final VBox writtenBox = new VBox();
  private final CandidateList here = new CandidateList("expected-here");
  private final CandidateList next = new CandidateList("expected-next");
  private final VBox expected = new VBox();
  private final Tab tableTab = new Tab(TEXTS.get("table"));
  private PromptChips shown;

  /** Held here alone, so that the theme does not keep a closed page. */
  private final InvalidationListener recoloured = change -> show();

  PromptView(PromptViewModel model, Services services) {
    this.model = model;
    this.services = services;
    this.shown = new PromptChips(List.of(), null, 0, null);
    TabPane tabs = new TabPane(chips(), tableTab);
    tabs.getStyleClass().addAll("result", "floating");
    tabs.setTabClosingPolicy(TabPane.TabClosingPolicy.UNAVAILABLE);
    tableTab.setId("tab-table");
    VBox.setVgrow(tabs, Priority.ALWAYS);
    getChildren().setAll(tabs);
    model.pickedProperty().bindBidirectional(flow.pickedProperty());
    model.pickedProperty().addListener(change -> showExpected());
    flow.pointedProperty().addListener(change -> readOut());
    model.tokensProperty().addListener(change -> show());
    services.theme().addListener(new WeakInvalidationListener(recoloured));
    model.runner().stateProperty().addListener(change -> show());
    show();
  }

  private Tab chips() {
    Label title = new Label(TEXTS.get("tokens"));
    title.getStyleClass().add("pane-title");
    count.setId("token-count");
    count.getStyleClass().add("note");
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    HBox head = new HBox(title, count, gap, legend);
    head.getStyleClass().add("pane-row");
    readOut.setId("read-out");
    readOut.getStyleClass().add("read-out");
    ScrollPane scroll = new ScrollPane(flow);
    scroll.setFitToWidth(true);
    scroll.setMinHeight(96);
    scroll.prefHeightProperty().bind(flow.heightProperty().add(6));
    scroll.getStyleClass().add("bare-scroll");
    VBox pane = new VBox(head, scroll, readOut, lower());
    pane.getStyleClass().add("pane");
    Tab tab = new Tab(TEXTS.get("tokens"), pane);
    tab.setId("tab-tokens");
    return tab;
  }

  private Node lower() {
    Label title = new Label(TEXTS.get("expected"));
    title.getStyleClass().add("pane-title");
    HBox both = new HBox(here, next);
    both.setSpacing(36);
    expected.getChildren().setAll(title, both);
    expected.getStyleClass().add("form");
    expected.setMinWidth(Region.USE_PREF_SIZE);
    Label writtenTitle = new Label(TEXTS.get("written"));
    writtenTitle.getStyleClass().add("pane-title");
    written.setId("written");
    written.getStyleClass().add("written");
    written.setWrapText(true);
    written.setMaxWidth(Double.MAX_VALUE);
    written.setMinHeight(Region.USE_PREF_SIZE);
    writtenBox.getChildren().setAll(writtenTitle, written);
    writtenBox.getStyleClass().add("form");
    HBox.setHgrow(writtenBox, Priority.ALWAYS);
    HBox lower = new HBox(expected, writtenBox);
    lower.setSpacing(36);
    return lower;
  }

  private void show() {
    var answer = model.runner().answer();
    shown =
        PromptChips.of(
            model.tokensProperty().get(),
            answer.flatMap(PromptViewModel.Answer::prediction),
            services.theme().getValue());
    flow.show(shown.chips());
    if (shown.scale() != null) {
      legend.show(shown.scale(), 0, shown.largest(), TEXTS.get("loss.unit"));
    }
    legend.setVisible(shown.scale() != null);
    count.setText(count());
    Prediction predicted = shown.predicted();
    tableTab.setDisable(predicted == null);
    tableTab.setContent(predicted == null ? null : tables(predicted));
    String underWay = PromptViewModel.underWay(model.runner().state());
    String text =
        underWay.isEmpty()
            ? answer.flatMap(PromptViewModel.Answer::generated).map(one -> one.summary()).orElse("")
            : underWay;
    written.setText(text);
    writtenBox.setVisible(!text.isEmpty());
    showExpected();
    readOut();
  }

  private static Node tables(Prediction predicted) {
    VBox box = new VBox();
    box.getStyleClass().add("pane");
    predicted
        .tables()
        .forEach(
            table -> {
              TableNode node = new TableNode(table);
              VBox.setVgrow(node, Priority.ALWAYS);
              box.getChildren().add(node);
            });
    return box;
  }

  private String count() {
    Prediction predicted = shown.predicted();
    int tokens = predicted == null ? shown.chips().size() : predicted.tokens().size();
    String cut =
        shown.chips().size() > TokenFlow.MOST ? TEXTS.get("tokens.cut", TokenFlow.MOST) : "";
    if (predicted == null) {
      return TEXTS.get("tokens.count", tokens) + cut;
    }
    String other =
        predicted.otherLossNats() == null
            ? ""
            : String.format(Locale.ROOT, " | %.4f", predicted.otherLossNats());
    return TEXTS.get("tokens.count", tokens)
        + cut
        + String.format(Locale.ROOT, " · %.4f", predicted.lossNats())
        + other
        + " "
        + TEXTS.get("loss.mean");
  }

  private void readOut() {
    int at = flow.pointedProperty().get();
    int of = at >= 0 ? at : model.pickedProperty().get();
    boolean there = of >= 0 && of < shown.chips().size();
    readOut.setText(
        there
            ? shown.chips().get(of).spoken()
            : TEXTS.get(shown.predicted() == null ? "tokens.hint" : "tokens.click"));
  }

  /** What the first text's model says at the clicked token. */
  private void showExpected() {
    Prediction predicted = shown.predicted();
    int at = tokenAt(model.pickedProperty().get());
    expected.setVisible(predicted != null && at >= 0);
    expected.setManaged(expected.isVisible());
    if (predicted != null && at >= 0) {
      Prediction.Token token = predicted.tokens().get(at);
      here.setVisible(at > 0);
      here.setManaged(at > 0);
      if (at > 0) {
        here.show(
            TEXTS.get("expected.here", token.token().label()),
            predicted.tokens().get(at - 1).next(),
            token.token().id());
      }
      Integer following =
          at + 1 < predicted.tokens().size() ? predicted.tokens().get(at + 1).token().id() : null;
      next.show(TEXTS.get("expected.next", token.token().label()), token.next(), following);
    }
    readOut();
  }

  private int tokenAt(int chip) {
    Prediction predicted = shown.predicted();
    if (predicted == null || chip < 0 || chip >= shown.chips().size()) {
      return -1;
    }
    if (predicted.pairs() == null) {
      return chip;
    }
    Integer first = predicted.pairs().get(chip).first();
    return first == null ? -1 : first;
  }

  /** The figure that an export writes. */
  Optional<Figure> figure() {
    return model.inFront().flatMap(outcome -> outcome.figures().stream().findFirst());
  }
}
