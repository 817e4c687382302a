package circuitscope.app.session.job;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What is wrong with a job file, gathered while it is read and told in the order of its lines. */
final class Problems {
  private record Problem(Places.Mark mark, String text) {}

  private final List<Problem> found = new ArrayList<>();
  private final Places places;

  Problems(Places places) {
    this.places = places;
  }

  /**
   * Notes a problem.
   *
   * @param place as people write it: {@code models[1].device}; empty for the whole file
   */
  void add(String place, String text) {
    found.add(new Problem(places.at(place), (place.isEmpty() ? "" : place + ": ") + text));
  }

  boolean none() {
    return found.isEmpty();
  }

  /** {@code LINE:COLUMN: place: what is wrong}, in the order of the file. */
  List<String> texts() {
    return found.stream()
        .sorted(Comparator.comparing(Problem::mark))
        .map(problem -> problem.mark() + ": " + problem.text())
        .toList();
  }
}
