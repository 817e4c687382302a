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

  /** The name of its report: {@code job.json}, or {@code job-2-of-8.json}. */
  public String reportName() {
    return count == 1 ? "job.json" : "job-%d-of-%d.json".formatted(index, count);
  }

  /** Whether a file's name is that of a shard's report. */
  public static boolean namesReport(String name) {
    return name.matches("job-\\d{1,6}-of-\\d{1,6}\\.json");
  }

  /** Whether a file's name is that of a report which goes with this one: of the same division. */
  public boolean goesWith(String name) {
    return count > 1 && name.endsWith("-of-%d.json".formatted(count));
  }

  /** The cells of this share, in their order. */
  public List<Job.Cell> of(List<Job.Cell> cells) {
    return cells.stream().filter(cell -> (cell.number() - 1) % count == index - 1).toList();
  }
}
