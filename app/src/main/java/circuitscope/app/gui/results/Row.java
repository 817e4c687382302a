package circuitscope.app.gui.results;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.session.stored.StoredRun;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Places;
import circuitscope.probes.analysis.AnalysisRegistry;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A result of the workspace as a line of the table.
 *
 * @param run what its manifest says; null where it cannot be read
 * @param problem why it cannot; empty where it can
 */
public record Row(Item.Result item, Path folder, @Nullable StoredRun run, String problem) {
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneId.systemDefault());
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());

  /** Reads the manifest; belongs into a job. What goes wrong is in the row. */
  static Row read(Item.Result item, Places places, AnalysisRegistry registry) {
    Path folder = places.resolve(item.folder());
    try {
      return new Row(item, folder, StoredRun.read(folder, registry), "");
    } catch (NoSuchFileException e) {
      return new Row(item, folder, null, Words.TEXTS.get("missing", e.getFile()));
    } catch (IOException | RuntimeException e) {
      return new Row(item, folder, null, String.valueOf(e.getMessage()));
    }
  }

  /** The same files under an item that was edited. */
  Row of(Item.Result edited) {
    return new Row(edited, folder, run, problem);
  }

  public String id() {
    return item.id();
  }

  /** What people call it, else its analysis. */
  public String name() {
    return item.name() != null ? item.name() : title();
  }

  /** The analysis as people read it. */
  public String title() {
    return run == null ? item.analysis() : run.title();
  }

  public String note() {
    return item.note() == null ? "" : item.note();
  }

  /** Local time; empty where it is not known. */
  public String when() {
    return format(WHEN, started());
  }

  /** A start as it fits a narrow column: day and time. */
  static String day(String started) {
    return format(DAY, started);
  }

  private static String format(DateTimeFormatter format, String started) {
    try {
      return started.isEmpty() ? "" : format.format(Instant.parse(started));
    } catch (DateTimeParseException e) {
      return started;
    }
  }

  /** As an instant is written, so that it can be sorted. */
  String started() {
    return run == null ? "" : run.started();
  }

  public String model() {
    if (run == null) {
      return "";
    }
    return run.model().isEmpty()
        ? ""
        : LoadedModel.nameOf(run.model(), run.command().value("mask"));
  }

  /** What was read. */
  public String text() {
    return run == null ? "" : run.command().read();
  }

  /** The parameters that differ from the defaults. */
  public String parameters() {
    return run == null
        ? problem
        : run.changed().entrySet().stream()
            .map(one -> one.getKey() + " " + one.getValue())
            .collect(Collectors.joining(", "));
  }

  /** Of the run; NaN where it is not known. */
  public double seconds() {
    return run == null ? Double.NaN : run.seconds();
  }

  /** Whether every word is in something that is shown of it. */
  boolean matches(String words) {
    String all =
        String.join(
                "\n",
                id(),
                item.analysis(),
                title(),
                name(),
                note(),
                when(),
                model(),
                text(),
                parameters())
            .toLowerCase(Locale.ROOT);
    return Arrays.stream(words.toLowerCase(Locale.ROOT).strip().split("\\s+"))
        .allMatch(all::contains);
  }
}
