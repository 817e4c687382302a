package circuitscope.viz.paint;

import circuitscope.viz.figure.Figure;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a figure's file says about itself beside its picture. */
record Description(String title, String caption, SortedMap<String, String> provenance) {

  static Description of(Figure figure, Map<String, String> provenance) {
    String title = figure.title().isEmpty() ? figure.id() : figure.title();
    return new Description(
        title, figure.caption(), Collections.unmodifiableSortedMap(new TreeMap<>(provenance)));
  }
}
