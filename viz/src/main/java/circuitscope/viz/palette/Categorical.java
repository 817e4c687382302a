package circuitscope.viz.palette;

/**
 * Colours that tell groups apart, for every kind of colour vision: Okabe and Ito 2008, "Color
 * Universal Design". Their order is ours: those that stand out best from the paper come first.
 */
public final class Categorical {
  /** How many groups have a colour of their own; beyond it colours repeat. */
  public static final int SIZE = 7;

  private static final int[] ON_LIGHT = {
    0xff0072b2, 0xffd55e00, 0xff009e73, 0xffcc79a7, 0xffe69f00, 0xff56b4e9, 0xff000000
  };
  private static final int[] ON_DARK = {
    0xff56b4e9, 0xffe69f00, 0xff009e73, 0xffcc79a7, 0xfff0e442, 0xffd55e00, 0xffffffff
  };

  private Categorical() {}

  public static int colour(int group, Theme theme) {
    return (theme == Theme.DARK ? ON_DARK : ON_LIGHT)[group % SIZE];
  }
}
