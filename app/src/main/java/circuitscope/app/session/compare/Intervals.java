package circuitscope.app.session.compare;

import circuitscope.app.session.compare.Difference.Ends;
import circuitscope.app.session.compare.Pairing.Pair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds which paired numbers are the ends of an interval, and of which number.
 *
 * <p>These shapes are known: {@code {value, low, high}} (an {@link
 * circuitscope.probes.statistics.Estimate}), also as {@code NAME_interval} beside {@code NAME}; a
 * number with {@code low} and {@code high} after it in the same object or table row; {@code NAME},
 * {@code NAME_low}, {@code NAME_high}; and {@code scores.NAME} beside {@code evidence.NAME.{low,
 * high}}. Whatever the shape, the ends must hold the number on both sides, or they are taken for
 * none.
 */
final class Intervals {
  private record Place(List<String> fields, List<String> keys) {
    Place child(String field) {
      List<String> longer = new ArrayList<>(fields);
      longer.add(field);
      return new Place(longer, keys);
    }

    Place parent() {
      return new Place(fields.subList(0, Math.max(0, fields.size() - 1)), keys);
    }

    String last() {
      return fields.isEmpty() ? "" : fields.getLast();
    }
  }

  private record Range(Place low, Place high) {}

  private static final String INTERVAL = "_interval";

  private final Map<Place, Pair> byPlace = new LinkedHashMap<>();
  private final Map<Place, List<Place>> byParent = new LinkedHashMap<>();
  private final Map<List<String>, List<Place>> byKeys = new LinkedHashMap<>();

  private Intervals(List<Pair> pairs) {
    for (Pair pair : pairs) {
      Place place = new Place(pair.fields(), pair.keys());
      byPlace.put(place, pair);
      byKeys.computeIfAbsent(place.keys(), keys -> new ArrayList<>()).add(place);
      byParent.computeIfAbsent(place.parent(), parent -> new ArrayList<>()).add(place);
    }
  }

  /** The differences of all pairs; equal whole numbers, which are mostly sizes, are left out. */
  static List<Difference> differences(List<Pair> pairs) {
    return new Intervals(pairs).differences();
  }

  private List<Difference> differences() {
    Map<Place, Range> intervalOf = new LinkedHashMap<>();
    Set<Place> ends = new LinkedHashSet<>();
    for (Place place : byPlace.keySet()) {
      if (!place.last().endsWith("low")) {
        continue;
      }
      String stem = place.last().substring(0, place.last().length() - 3);
      Range range = new Range(place, place.parent().child(stem + "high"));
      Place number = numberOf(range, stem);
      if (number != null) {
        intervalOf.put(number, range);
        ends.add(range.low());
        ends.add(range.high());
        if (!place.parent().equals(number.parent())) {
          ends.add(place.parent().child("value")); // said again beside NAME
        }
      }
    }
    List<Difference> differences = new ArrayList<>();
    for (Map.Entry<Place, Pair> entry : byPlace.entrySet()) {
      Pair pair = entry.getValue();
      boolean ofOther = ends.contains(entry.getKey()) && !intervalOf.containsKey(entry.getKey());
      if (ofOther || (pair.whole() && pair.a() == pair.b())) {
        continue;
      }
      Range range = intervalOf.get(entry.getKey());
      String quantity = quantity(pair.fields());
      differences.add(
          range == null
              ? Difference.plain(quantity, pair.keys(), pair.a(), pair.b())
              : Difference.combined(
                  quantity, pair.keys(), ends(pair, range, true), ends(pair, range, false)));
    }
    return differences;
  }

  private static String quantity(List<String> fields) {
    boolean estimate = fields.size() > 1 && fields.getLast().equals("value");
    return String.join(".", estimate ? fields.subList(0, fields.size() - 1) : fields);
  }

  private @Nullable Place numberOf(Range range, String stem) {
    Place holder = range.low().parent();
    if (!byPlace.containsKey(range.high())) {
      return null;
    }
    if (!stem.isEmpty()) {
      Place number = holder.child(stem.substring(0, stem.length() - 1)); // NAME of NAME_low
      return held(number, range) ? number : null;
    }
    if (holder.last().endsWith(INTERVAL)) {
      String name = holder.last().substring(0, holder.last().length() - INTERVAL.length());
      Place number = holder.parent().child(name);
      if (held(number, range)) {
        return number;
      }
    }
    Place value = holder.child("value");
    if (held(value, range)) {
      return value;
    }
    Place before = null;
    for (Place sibling : byParent.getOrDefault(holder, List.of())) {
      if (sibling.last().equals("low")) {
        break;
      }
      before = sibling;
    }
    if (before != null && held(before, range)) {
      return before;
    }
    return holder.fields().size() < 2 ? null : besideEvidence(holder, range);
  }

  /** {@code scores.NAME} for the holder {@code evidence.NAME}, when there is exactly one such. */
  private @Nullable Place besideEvidence(Place holder, Range range) {
    Place around = holder.parent().parent();
    Place found = null;
    for (Place candidate : byKeys.getOrDefault(holder.keys(), List.of())) {
      boolean beside =
          candidate.fields().size() == holder.fields().size()
              && candidate.last().equals(holder.last())
              && candidate.parent().parent().equals(around);
      if (beside && held(candidate, range)) {
        if (found != null) {
          return null;
        }
        found = candidate;
      }
    }
    return found;
  }

  private boolean held(Place number, Range range) {
    Pair pair = byPlace.get(number);
    return pair != null && ends(pair, range, true).hold() && ends(pair, range, false).hold();
  }

  private Ends ends(Pair number, Range range, boolean ofA) {
    Pair low = byPlace.get(range.low());
    Pair high = byPlace.get(range.high());
    if (low == null || high == null) {
      return new Ends(Double.NaN, Double.NaN, Double.NaN);
    }
    return ofA ? new Ends(number.a(), low.a(), high.a()) : new Ends(number.b(), low.b(), high.b());
  }
}
