package circuitscope.viz.palette;

/** The colours of everything that is not data, as {@code 0xAARRGGBB}. LIGHT is the one to print. */
public enum Theme {
  LIGHT(0xffffffff, 0xff1a1a1a, 0xff5a5a5a, 0xffe4e4e4, 0xffdededc),
  DARK(0xff16181d, 0xffe8e8e8, 0xffa2a6ad, 0xff30343c, 0xff353940);

  private final int paper;
  private final int ink;
  private final int faintInk;
  private final int grid;
  private final int masked;

  Theme(int paper, int ink, int faintInk, int grid, int masked) {
    this.paper = paper;
    this.ink = ink;
    this.faintInk = faintInk;
    this.grid = grid;
    this.masked = masked;
  }

  public int paper() {
    return paper;
  }

  /** Titles, labels and cell text. */
  public int ink() {
    return ink;
  }

  /** Axes, ticks and notes. */
  public int faintInk() {
    return faintInk;
  }

  /** Lines behind the data. */
  public int grid() {
    return grid;
  }

  /** Cells without a meaning. */
  public int masked() {
    return masked;
  }
}
