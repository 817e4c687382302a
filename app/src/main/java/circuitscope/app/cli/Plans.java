package circuitscope.app.cli;

import circuitscope.app.session.job.run.CellEstimate;
import circuitscope.app.session.job.run.DryRun;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A dry run as lines for people. */
final class Plans {
  private Plans() {}

  static String text(DryRun plan) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%4s  %-44s %10s %10s %10s %10s  %s%n",
            "",
            "cell",
            "time",
            "memory",
            "GPU",
            "disk",
            "from"));
    for (CellEstimate cell : plan.cells()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%4d  %-44s %10s %10s %10s %10s  %s%n",
              cell.number(),
              cell.cell(),
              cell.done() ? "done" : time(cell.seconds()),
              bytes(cell.hostBytes()),
              cell.deviceBytes() == null ? "-" : bytes(cell.deviceBytes()),
              bytes(cell.diskBytes()),
              cell.basis()));
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%d cells, nothing was run: %s%s, up to %s of memory%s, %s on disk%n",
            plan.cells().size(),
            time(plan.seconds()),
            plan.unknown() == 0 ? "" : " and %d cells of unknown time".formatted(plan.unknown()),
            bytes(plan.hostBytes()),
            plan.deviceBytes() == null ? "" : " and %s of GPU".formatted(bytes(plan.deviceBytes())),
            bytes(plan.diskBytes())));
    return text.toString();
  }

  private static String time(@Nullable Double seconds) {
    return seconds == null ? "?" : ProgressLine.duration(seconds);
  }

  private static String bytes(@Nullable Long bytes) {
    if (bytes == null) {
      return "?";
    }
    return bytes < 1_000_000_000
        ? String.format(Locale.ROOT, "%.1f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
