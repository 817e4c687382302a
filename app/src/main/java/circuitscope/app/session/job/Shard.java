package circuitscope.app.session.job;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A share of a job's cells: every {@code count}-th, so that neighbours go to different machines.
 *
 * @param index from 1 to {@code count}
 */
public record Shard(int index, int count) {
  private static final Pattern FORM = Pattern.compile("(\\d{1,6})/(\\d{1,6})");

  public static final Shard ALL = new Shard(1, 1);

  public Shard {
    if (count < 1 || index < 1 || index > count) {
      throw new IllegalArgumentException(
          "shard %d/%d: expected I/N with I from 1 to N".formatted(index, count));
    }
  }

  /** Parses {@code I/N}. */
  public static Shard parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "shard '%s': expected I/N with I from 1 to N, such as 2/8".formatted(text));
    }
    return new Shard(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
  }

  /** The cells of this share, in their order. */
  public List<Job.Cell> of(List<Job.Cell> cells) {
    return cells.stream().filter(cell -> (cell.number() - 1) % count == index - 1).toList();
  }
}
