package circuitscope.viz.figure;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One figure: its numbers, its words and how its values map to colour or position, but no
 * placement.
 *
 * <p>Every figure checks its shapes when it is made, and is stored and read back through {@link
 * FigureJson}, so that it can be drawn again without the model that it came from.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Heatmap.class, name = "heatmap"),
  @JsonSubTypes.Type(value = Curves.class, name = "curves"),
  @JsonSubTypes.Type(value = Bars.class, name = "bars"),
  @JsonSubTypes.Type(value = Scatter.class, name = "scatter"),
  @JsonSubTypes.Type(value = TokenStrip.class, name = "token-strip"),
  @JsonSubTypes.Type(value = HeadGrid.class, name = "head-grid"),
  @JsonSubTypes.Type(value = Table.class, name = "table"),
  @JsonSubTypes.Type(value = Waterfall.class, name = "waterfall"),
  @JsonSubTypes.Type(value = CircuitGraph.class, name = "circuit-graph"),
  @JsonSubTypes.Type(value = Arcs.class, name = "arcs"),
  @JsonSubTypes.Type(value = Sheet.class, name = "sheet"),
})
public sealed interface Figure
    permits Heatmap,
        Curves,
        Bars,
        Scatter,
        TokenStrip,
        HeadGrid,
        Table,
        Waterfall,
        CircuitGraph,
        Arcs,
        Sheet {

  Heading heading();

  default String id() {
    return heading().id();
  }

  default String title() {
    return heading().title();
  }

  default String caption() {
    return heading().caption();
  }
}
