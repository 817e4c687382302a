package circuitscope.app.gui.attention;

import circuitscope.app.gui.page.Icons;
import circuitscope.app.gui.page.PreferredColours;
import circuitscope.app.gui.page.Services;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.tokens.TokenFlow;
import circuitscope.heads.detect.HeadPattern;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heatmap;
import circuitscope.viz.figure.Scaling;
import circuitscope.viz.fx.FigureView;
import circuitscope.viz.fx.MatrixView;
import circuitscope.viz.layout.Pick;
import circuitscope.viz.palette.Theme;
import java.util.Locale;
import java.util.Optional;
import javafx.beans.InvalidationListener;
import javafx.beans.WeakInvalidationListener;
import javafx.scene.Node;
import javafx.scene.control.CheckBox;
import javafx.scene.control.Label;
import javafx.scene.control.ScrollPane;
import javafx.scene.control.ToggleButton;
import javafx.scene.control.ToggleGroup;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.Priority;
import javafx.scene.layout.Region;
import javafx.scene.layout.StackPane;
import javafx.scene.layout.VBox;
import org.jspecify.annotations.Nullable;

/** One head large: as a map or as arcs, above the tokens, which are linked with its rows. */
final class HeadView extends VBox {
  private static final Texts TEXTS = AttentionViewModel.TEXTS;

  private final AttentionViewModel model;
  private final Services services;
  private final MatrixView map = new MatrixView();
  private final FigureView arcs = new FigureView();
  private final ScrollPane arcsScroll = new ScrollPane(arcs);
  private final ToggleButton asMap = new ToggleButton(TEXTS.get("map"));
  private final ToggleButton asArcs = new ToggleButton(TEXTS.get("arcs"));
  private final TokenFlow tokens = new TokenFlow("pattern-tokens", TEXTS.get("tokens"));
  private final Label title = new Label();
  private final Label surviving = new Label();
  private final Label readOut = new Label();
  private AttentionViewModel.@Nullable Answer shown;
  private boolean linking;

  /** These two are held here alone, so that the settings do not keep a closed page. */
  private final InvalidationListener repainted = change -> showMap();

  private final InvalidationListener recoloured = change -> colourTokens();

  HeadView(AttentionViewModel model, Services services) {
    this.model = model;
    this.services = services;
    getStyleClass().add("pane");
    setMinWidth(320);
    map.setId("pattern-map");
    map.themeProperty().bind(services.theme());
    map.firstColumnHiddenProperty().bind(model.firstHiddenProperty());
    map.hoveredProperty().addListener((property, old, now) -> mapPoints(now));
    map.onPickProperty().set(cell -> tokens.pickedProperty().set(cell.row()));
    arcs.setId("pattern-arcs");
    PreferredColours.follow(arcs, services);
    arcs.onHoverProperty().set(pick -> readOut.setText(pick.map(Pick::text).orElse(hint())));
    arcs.onPickProperty().set(pick -> pick.ifPresent(this::arcsPicked));
    arcsScroll.setFitToWidth(true);
    arcsScroll.getStyleClass().add("bare-scroll");
    services.settings().paletteProperty().addListener(new WeakInvalidationListener(repainted));
    model.logarithmicProperty().addListener(change -> rescale());
    tokens.pointedProperty().addListener(change -> tokenPoints());
    tokens.pickedProperty().addListener(change -> colourTokens());
    services.theme().addListener(new WeakInvalidationListener(recoloured));
    StackPane large = new StackPane(map, arcsScroll);
    large.setMinHeight(160);
    VBox.setVgrow(large, Priority.ALWAYS);
    readOut.setId("pattern-read-out");
    readOut.getStyleClass().add("read-out");
    ScrollPane scroll = new ScrollPane(tokens);
    scroll.setFitToWidth(true);
    scroll.setMinHeight(96);
    scroll.setPrefHeight(132);
    scroll.setMaxHeight(190);
    scroll.getStyleClass().add("bare-scroll");
    getChildren().setAll(head(), tools(), large, readOut, scroll);
  }

  private Node head() {
    title.setId("pattern-title");
    title.getStyleClass().add("pane-title");
    title.setMinWidth(0);
    surviving.setId("surviving");
    surviving.getStyleClass().add("note");
    surviving.setMinWidth(Region.USE_PREF_SIZE);
    surviving.setTooltip(Icons.tooltip(TEXTS.get("surviving.help")));
    Region gap = new Region();
    HBox.setHgrow(gap, Priority.ALWAYS);
    HBox row = new HBox(title, gap, surviving);
    row.getStyleClass().add("pane-row");
    return row;
  }

  private Node tools() {
    ToggleGroup group = new ToggleGroup();
    toggle(asMap, "as-map", "left-pill", group);
    toggle(asArcs, "as-arcs", "right-pill", group);
    asMap.setSelected(true);
    group
        .selectedToggleProperty()
        .addListener(
            (property, old, now) -> {
              if (now == null) {
                old.setSelected(true);
              }
              choose();
            });
    CheckBox log = box("logarithmic", "logarithmic.help");
    log.selectedProperty().bindBidirectional(model.logarithmicProperty());
    CheckBox hide = box("first-hidden", "first-hidden.help");
    hide.selectedProperty().bindBidirectional(model.firstHiddenProperty());
    HBox pills = new HBox(asMap, asArcs);
    HBox zoom =
        new HBox(
            Icons.button("zoom-in", "fth-zoom-in", TEXTS.get("zoom-in"), () -> map.zoom(1.5)),
            Icons.button(
                "zoom-out", "fth-zoom-out", TEXTS.get("zoom-out"), () -> map.zoom(1 / 1.5)),
            Icons.button("zoom-fit", "fth-maximize", TEXTS.get("zoom-fit"), map::fit));
    zoom.disableProperty().bind(asMap.selectedProperty().not());
    log.disableProperty().bind(asMap.selectedProperty().not());
    hide.disableProperty().bind(asMap.selectedProperty().not());
    FlowPane row = new FlowPane(10, 4, pills, zoom, log, hide);
    row.setRowValignment(javafx.geometry.VPos.CENTER);
    return row;
  }

  private static void toggle(ToggleButton button, String id, String pill, ToggleGroup group) {
    button.setId(id);
    button.getStyleClass().add(pill);
    button.setToggleGroup(group);
  }

  private static CheckBox box(String text, String help) {
    CheckBox box = new CheckBox(TEXTS.get(text));
    box.setId(text);
    box.setTooltip(Icons.tooltip(TEXTS.get(help)));
    return box;
  }

  void show(AttentionViewModel.Answer answer) {
    shown = answer;
    HeadPattern pattern = answer.pattern();
    title.setText(answer.figures().getFirst().title());
    surviving.setText(
        String.format(Locale.ROOT, TEXTS.get("surviving"), 100 * pattern.surviving())
            + (pattern.distance() == null
                ? ""
                : String.format(Locale.ROOT, TEXTS.get("distance"), pattern.distance())));
    showMap();
    boolean short_ = answer.figures().size() > 1;
    asArcs.setDisable(!short_);
    arcs.figureProperty().set(short_ ? answer.figures().get(1) : null);
    if (!short_) {
      asMap.setSelected(true);
    }
    choose();
    if (tokens.pickedProperty().get() < 0) {
      tokens.pickedProperty().set(Math.min(pattern.tokens().size(), TokenFlow.MOST) - 1);
    }
    colourTokens();
    readOut.setText(hint());
  }

  private void showMap() {
    if (shown != null) {
      Figure preferred = PreferredColours.of(shown.figures().getFirst(), services);
      map.heatmapProperty().set((Heatmap) preferred);
      rescale();
    }
  }

  private void choose() {
    map.setVisible(asMap.isSelected());
    arcsScroll.setVisible(!asMap.isSelected());
  }

  private void rescale() {
    if (shown == null) {
      return;
    }
    Scaling.Kind kind =
        !model.logarithmicProperty().get()
            ? Scaling.Kind.LINEAR
            : shown.pattern().against() == null ? Scaling.Kind.LOG : Scaling.Kind.SYMLOG;
    map.scalingProperty().set(Scaling.suited(kind, 1));
  }

  /** The map's crosshair points at the query's chip and, colouring it, at its keys. */
  private void mapPoints(Optional<Pick.Cell> cell) {
    readOut.setText(cell.map(Pick::text).orElse(hint()));
    if (!linking) {
      linking = true;
      tokens.point(cell.map(Pick.Cell::row).orElse(-1));
      linking = false;
      colourTokens();
    }
  }

  /** A chip points at the cell of its row that draws most. */
  private void tokenPoints() {
    if (linking || shown == null) {
      return;
    }
    linking = true;
    int query = tokens.pointedProperty().get();
    map.point(query, query < 0 ? -1 : PatternChips.strongest(shown.pattern(), query));
    linking = false;
    colourTokens();
  }

  private void arcsPicked(Pick pick) {
    if (pick instanceof Pick.Arc arc) {
      tokens.pickedProperty().set(arc.from());
    } else if (pick instanceof Pick.Token token) {
      tokens.pickedProperty().set(token.index());
    }
  }

  private void colourTokens() {
    if (shown != null) {
      int pointed = tokens.pointedProperty().get();
      int query = pointed >= 0 ? pointed : tokens.pickedProperty().get();
      Theme theme = services.theme().getValue();
      tokens.show(PatternChips.of(shown.pattern(), query, theme));
    }
  }

  private String hint() {
    return shown != null && shown.pattern().tokens().size() > TokenFlow.MOST
        ? TEXTS.get("hint.cut", TokenFlow.MOST)
        : TEXTS.get("hint");
  }

  /** What an export writes: the map, or the arcs when they are in front. */
  Optional<Figure> figure() {
    return shown == null
        ? Optional.empty()
        : Optional.of(shown.figures().get(asMap.isSelected() ? 0 : 1));
  }
}
