package circuitscope.viz.palette;

import circuitscope.viz.figure.Colours;
import circuitscope.viz.figure.Range;
import circuitscope.viz.figure.Scaling;

/**
 * {@link Colours} with their range settled on the data: values to entries of a colour table.
 *
 * <p>Entry i stands for the fraction i / ({@link ColourTable#SIZE} − 1) of the way from {@code low}
 * to {@code high} after scaling. Values beyond the range take the end entries; NaN takes {@link
 * #MASKED}.
 */
public final class ColourScale {
  /** The entry of a cell without a value, one past the colours. */
  public static final int MASKED = ColourTable.SIZE;

  private final Colours colours;
  private final Theme theme;
  private final double low;
  private final double high;
  private final double scaledLow;
  private final double scaledHigh;
  private final boolean valuesBelow;
  private final boolean valuesAbove;
  private final int[] table;

  private ColourScale(
      Colours colours, Theme theme, double low, double high, double dataLow, double dataHigh) {
    this.colours = colours;
    this.theme = theme;
    this.low = low;
    this.high = high;
    this.scaledLow = colours.scaling().apply(low);
    this.scaledHigh = colours.scaling().apply(high);
    this.valuesBelow = dataLow < low;
    this.valuesAbove = dataHigh > high;
    this.table = ColourTable.of(colours.palette(), theme);
  }

  /**
   * Settles the range.
   *
   * @param dataLow the smallest finite value shown
   * @param dataHigh the largest; where there is no finite value, both are 0
   */
  public static ColourScale of(Colours colours, Theme theme, double dataLow, double dataHigh) {
    Range range = colours.range();
    double low = range == null ? dataLow : range.low();
    double high = range == null ? dataHigh : range.high();
    Scaling scaling = colours.scaling();
    if (colours.palette().diverging()) {
      high = Math.max(Math.abs(low), Math.abs(high));
      high = high == 0 ? 1 : high;
      low = -high;
    } else if (scaling.kind() == Scaling.Kind.LOG) {
      low = Math.max(low, scaling.threshold());
      high = high <= low ? 10 * low : high;
    } else if (high == low) {
      high = low + (low == 0 ? 1 : Math.abs(low));
    }
    return new ColourScale(colours, theme, low, high, dataLow, dataHigh);
  }

  /** The table entry of a value, or {@link #MASKED}. */
  public int entry(double value) {
    if (Double.isNaN(value)) {
      return MASKED;
    }
    double fraction = Math.clamp(fraction(value), 0, 1);
    return (int) Math.round(fraction * (ColourTable.SIZE - 1));
  }

  /** Where a value stands between low (0) and high (1) after scaling; beyond them outside. */
  public double fraction(double value) {
    return (colours.scaling().apply(value) - scaledLow) / (scaledHigh - scaledLow);
  }

  /** The colour of a value, {@code 0xAARRGGBB}. */
  public int colour(double value) {
    int entry = entry(value);
    return entry == MASKED ? theme.masked() : table[entry];
  }

  /** The colours by entry, with that of {@link #MASKED} at the end. */
  public int[] entries() {
    int[] entries = new int[ColourTable.SIZE + 1];
    System.arraycopy(table, 0, entries, 0, ColourTable.SIZE);
    entries[MASKED] = theme.masked();
    return entries;
  }

  /** The entry that stands for "nothing there": 0's in a diverging map, else the lowest. */
  public int restEntry() {
    return colours.palette().diverging() ? ColourTable.MIDDLE : 0;
  }

  public Colours colours() {
    return colours;
  }

  public double low() {
    return low;
  }

  public double high() {
    return high;
  }

  /** Whether the data goes on below {@code low}, where all values share one colour. */
  public boolean hasValuesBelow() {
    return valuesBelow;
  }

  public boolean hasValuesAbove() {
    return valuesAbove;
  }
}
