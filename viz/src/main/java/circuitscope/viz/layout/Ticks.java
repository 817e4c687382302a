package circuitscope.viz.layout;

import circuitscope.viz.figure.Scaling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Values worth a tick: round numbers inside a range, and how they are written. */
final class Ticks {

  /** One tick. */
  record Tick(double value, String label) {}

  /** So many steps across a range hold at least two ticks. */
  private static final int LEAST_FOR_TWO = 8;

  private Ticks() {}

  /**
   * About {@code maximum} ticks, on a linear scale at least two.
   *
   * @param low lower end of the range; above 0 on a log scale
   */
  static List<Tick> of(Scaling scaling, double low, double high, int maximum) {
    int most = Math.max(2, maximum);
    return switch (scaling.kind()) {
      case LINEAR -> linear(low, high, most);
      case LOG -> log(low, high, most);
      case SYMLOG -> symlog(scaling.threshold(), low, high, most);
    };
  }

  /**
   * The ticks whose labels do not touch, in order; 0 is kept before its neighbours.
   *
   * @param place where a tick stands along its axis
   * @param extent how long its label is in that direction, with the room it needs around it
   */
  static List<Tick> separated(
      List<Tick> ticks, ToDoubleFunction<Tick> place, ToDoubleFunction<Tick> extent) {
    List<Tick> kept = new ArrayList<>();
    for (Tick tick : ticks) {
      if (!kept.isEmpty()) {
        Tick last = kept.getLast();
        double distance = Math.abs(place.applyAsDouble(tick) - place.applyAsDouble(last));
        double needed = (extent.applyAsDouble(tick) + extent.applyAsDouble(last)) / 2;
        if (distance < needed && tick.value() != 0) {
          continue;
        }
        if (distance < needed) {
          kept.removeLast();
        }
      }
      kept.add(tick);
    }
    return kept;
  }

  /** Multiples of 1, 2 or 5 times a power of ten. */
  static List<Tick> linear(double low, double high, int maximum) {
    double step = niceStep((high - low) / maximum);
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    while (last - first + 1 > maximum) {
      step = niceStep(step * 1.01);
      first = (long) Math.ceil(low / step - 1e-9);
      last = (long) Math.floor(high / step + 1e-9);
    }
    if (last == first && maximum < LEAST_FOR_TWO) {
      return linear(low, high, maximum + 1); // one tick alone tells no scale
    }
    double largest = Math.max(Math.abs(low), Math.abs(high));
    boolean scientific = largest >= 1e5 || largest < 1e-3;
    List<Tick> ticks = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      double value = i * step;
      ticks.add(new Tick(value, scientific ? scientific(value, step) : plain(value, step)));
    }
    return ticks;
  }

  /** The smallest of 1, 2, 5 × 10ⁿ that is at least {@code rough}. */
  static double niceStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (int factor : new int[] {1, 2, 5}) {
      if (factor * power >= rough * (1 - 1e-9)) {
        return factor * power;
      }
    }
    return 10 * power;
  }

  private static List<Tick> log(double low, double high, int maximum) {
    int first = (int) Math.ceil(Math.log10(low) - 1e-9);
    int last = (int) Math.floor(Math.log10(high) + 1e-9);
    if (high / low < 10) {
      return linear(low, high, maximum);
    }
    if (last - first + 1 < 3 && maximum >= 4) {
      List<Tick> ticks = new ArrayList<>();
      for (int decade = first - 1; decade <= last; decade++) {
        for (int factor : new int[] {1, 2, 5}) {
          double value = factor * Math.pow(10, decade);
          if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
            ticks.add(new Tick(value, plain(value, Math.pow(10, decade))));
          }
        }
      }
      if (ticks.size() <= maximum) {
        return ticks;
      }
    }
    int stride = Math.max(1, (int) Math.ceil((last - first + 1) / (double) maximum));
    boolean powers = first < -3 || last > 4;
    List<Tick> ticks = new ArrayList<>();
    for (int decade = first; decade <= last; decade += stride) {
      double value = Math.pow(10, decade);
      ticks.add(new Tick(value, powers ? power(decade) : plain(value, value)));
    }
    return ticks;
  }

  private static List<Tick> symlog(double threshold, double low, double high, int maximum) {
    double largest = Math.max(Math.abs(low), Math.abs(high));
    if (largest <= 2 * threshold) {
      return linear(low, high, maximum);
    }
    int first = (int) Math.ceil(Math.log10(threshold) - 1e-9);
    int last = Math.max(first, (int) Math.floor(Math.log10(largest) + 1e-9));
    boolean bothSides = low < 0 && high > 0;
    int perSide = Math.max(1, bothSides ? (maximum - 1) / 2 : maximum - 1);
    int stride = (last - first + perSide) / perSide;
    boolean powers = first < -3 || last > 4;
    List<Tick> ticks = new ArrayList<>();
    for (int decade = last - (last - first) / stride * stride; decade <= last; decade += stride) {
      double value = Math.pow(10, decade);
      String label = powers ? power(decade) : plain(value, value);
      if (-value >= low) {
        ticks.addFirst(new Tick(-value, "−" + label));
      }
      if (value <= high) {
        ticks.add(new Tick(value, label));
      }
    }
    if (low <= 0 && high >= 0) {
      int place = (int) ticks.stream().filter(tick -> tick.value() < 0).count();
      ticks.add(place, new Tick(0, "0"));
    }
    return ticks;
  }

  /** A number with the decimals that tell multiples of {@code step} apart. */
  private static String plain(double value, double step) {
    int decimals = Math.max(0, (int) Math.ceil(-Math.log10(step) - 1e-9));
    return String.format(Locale.ROOT, "%." + decimals + "f", value + 0.0).replace('-', '−');
  }

  private static String scientific(double value, double step) {
    if (value == 0) {
      return "0";
    }
    int exponent = (int) Math.floor(Math.log10(Math.abs(value)) + 1e-9);
    double unit = Math.pow(10, exponent);
    return plain(value / unit, Math.min(1, step / unit)) + "×" + power(exponent);
  }

  private static String power(int exponent) {
    var raised = new StringBuilder("10");
    for (char c : Integer.toString(exponent).toCharArray()) {
      raised.append(c == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0'));
    }
    return raised.toString();
  }
}
