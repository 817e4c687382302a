package circuitscope.app.session.compare;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A comparison in lines for people: single numbers, then the largest changes of each quantity. */
final class ComparisonText {
  private static final int SHOWN = 4;
  private static final int QUANTITIES = 10;
  private static final int SETTINGS_SHOWN = 8;
  private static final String ROW = "%-44s %10s %10s %10s  %s%n";

  private final Comparison comparison;
  private final StringBuilder text = new StringBuilder();

  ComparisonText(Comparison comparison) {
    this.comparison = comparison;
  }

  String text() {
    heading();
    Map<String, List<Difference>> groups = comparison.byQuantity();
    if (!groups.isEmpty()) {
      text.append(String.format(Locale.ROOT, ROW, "", "A", "B", "B - A", "95 % interval"));
    }
    groups.values().stream()
        .filter(group -> group.size() == 1)
        .forEach(group -> row(group.getFirst(), group.getFirst().name()));
    List<Map.Entry<String, List<Difference>>> several =
        groups.entrySet().stream()
            .filter(group -> group.getValue().size() > 1)
            .sorted(Comparator.comparing(group -> group.getValue().getFirst().low() == null))
            .toList();
    several.stream().limit(QUANTITIES).forEach(one -> group(one.getKey(), one.getValue()));
    if (several.size() > QUANTITIES) {
      line("and %d more quantities, in --json and --out", several.size() - QUANTITIES);
    }
    tensors();
    notes();
    return text.toString();
  }

  private void heading() {
    line("%s, B - A", comparison.analysis());
    side("A", comparison.a());
    side("B", comparison.b());
    if (comparison.sameTokens() != null) {
      line(comparison.sameTokens() ? "the same tokens on both sides" : "other tokens on each side");
    }
  }

  private void side(String letter, Comparison.About about) {
    String label = about.label().equals(letter) ? "" : about.label() + ": ";
    line("%s  %s%s", letter, label, about.model());
  }

  private void group(String quantity, List<Difference> group) {
    double mean = group.stream().mapToDouble(Difference::difference).average().orElseThrow();
    long intervals = group.stream().filter(one -> one.low() != null).count();
    long clear = group.stream().filter(Difference::isClear).count();
    String sure =
        intervals == 0 ? "" : ", %d of %d intervals without 0".formatted(clear, intervals);
    line("%s: %d of them, mean change %s%s", quantity, group.size(), Difference.number(mean), sure);
    group.stream()
        .sorted(Comparator.comparingDouble((Difference one) -> -Math.abs(one.difference())))
        .limit(SHOWN)
        .forEach(one -> row(one, "  " + String.join(" / ", one.keys())));
  }

  private void row(Difference one, String name) {
    text.append(
        String.format(
            Locale.ROOT,
            ROW,
            name,
            Difference.number(one.a()),
            Difference.number(one.b()),
            Difference.number(one.difference()),
            one.interval() + (one.isClear() ? " *" : "")));
  }

  private void tensors() {
    for (TensorDifference one : comparison.comparedTensors()) {
      line(
          "tensor %s: mean change %s, mean |change| %s, largest %s, correlation %s",
          one.name(),
          Difference.number(one.mean()),
          Difference.number(one.meanAbsolute()),
          Difference.number(one.largest()),
          Difference.number(one.correlation()));
    }
    comparison.leftOut().forEach(one -> line("tensor %s", one));
  }

  private void notes() {
    comparison.changedTexts().stream()
        .limit(SETTINGS_SHOWN)
        .forEach(one -> line("%s: %s -> %s", one.name(), one.a(), one.b()));
    int more = comparison.changedTexts().size() - SETTINGS_SHOWN;
    if (more > 0) {
      line("and %d more texts that differ", more);
    }
    only("A", comparison.onlyA());
    only("B", comparison.onlyB());
    line("%d numbers compared, %d equal", comparison.differences().size(), comparison.equal());
    if (comparison.intervals() > 0) {
      line(
          "* the 95 %% interval leaves out 0: %d of %d (%s); about %d would by chance",
          comparison.clear(),
          comparison.intervals(),
          methods(),
          Math.round(comparison.intervals() / 20.0));
    } else {
      line(
          "no intervals: the results hold neither intervals of their own nor values of the same"
              + " sequences");
    }
  }

  private String methods() {
    return String.join(
        "; ",
        comparison.differences().stream()
            .filter(one -> one.low() != null)
            .map(one -> one.method().toString())
            .distinct()
            .toList());
  }

  private void only(String side, List<String> names) {
    if (!names.isEmpty()) {
      String some = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
      line("only in %s: %d, %s%s", side, names.size(), some, names.size() > SHOWN ? ", ..." : "");
    }
  }

  @SuppressWarnings("AnnotateFormatMethod") // every caller is above and passes a literal
  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
