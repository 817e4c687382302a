package circuitscope.app.session.figures;

import circuitscope.viz.figure.FigureJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The figures of a stored result.
 *
 * @param source what was named: a result's folder, its result.json or one figure's .json
 */
public record StoredFigures(Path source, List<Entry> entries) {

  private static final String FIGURES = "figures";

  /** One stored figure. */
  public record Entry(Path file, FigureJson.Summary summary) {}

  /**
   * Finds what there is.
   *
   * @throws IOException if the source is missing, or has no figure; the message says where figures
   *     were looked for
   */
  public static StoredFigures in(Path source) throws IOException {
    if (!Files.exists(source)) {
      throw new NoSuchFileException(source.toString());
    }
    if (Files.isDirectory(source)) {
      return inFolder(source, source);
    }
    Optional<Entry> entry = entry(source);
    Path folder = source.resolveSibling("");
    if (entry.isEmpty() && Files.isDirectory(folder.resolve(FIGURES))) {
      return inFolder(source, folder); // its manifest or result
    }
    return new StoredFigures(
        source,
        List.of(
            entry.orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: not a stored figure; expected a result's folder, its result.json, or a .json of its folder '%s'"
                            .formatted(source, FIGURES)))));
  }

  private static StoredFigures inFolder(Path source, Path folder) throws IOException {
    Path figures = folder.resolve(FIGURES);
    List<Entry> entries = entries(Files.isDirectory(figures) ? figures : folder);
    if (entries.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: no figure in it or in %s; name the folder of one result, as --out wrote it"
              .formatted(source, figures));
    }
    return new StoredFigures(source, entries);
  }

  /**
   * The one figure that fits.
   *
   * @param kind null for any
   * @param id null for any
   * @throws IllegalArgumentException if none or several do; the message lists what there is
   */
  public Entry choose(@Nullable String kind, @Nullable String id) {
    List<Entry> fitting =
        entries.stream()
            .filter(entry -> kind == null || entry.summary().kind().equals(kind))
            .filter(entry -> id == null || entry.summary().id().equals(id))
            .toList();
    if (fitting.size() == 1) {
      return fitting.getFirst();
    }
    String problem = fitting.isEmpty() ? "no figure fits" : fitting.size() + " figures fit";
    List<Entry> listed = fitting.isEmpty() ? entries : fitting;
    throw new IllegalArgumentException(
        "%s: %s; choose one by --figure ID:%n%s".formatted(source, problem, list(listed)));
  }

  /** One line a figure: id, kind, title. */
  public String list() {
    return list(entries);
  }

  private static String list(List<Entry> entries) {
    int width = entries.stream().mapToInt(entry -> entry.summary().id().length()).max().orElse(1);
    StringBuilder lines = new StringBuilder();
    for (Entry entry : entries) {
      FigureJson.Summary summary = entry.summary();
      lines.append(
          ("  %-" + width + "s  %-13s  %s%n")
              .formatted(summary.id(), summary.kind(), summary.title()));
    }
    return lines.toString().stripTrailing();
  }

  private static List<Entry> entries(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    List<Entry> entries = new ArrayList<>();
    for (Path file : files) {
      entry(file).ifPresent(entries::add);
    }
    return entries;
  }

  private static Optional<Entry> entry(Path file) throws IOException {
    return FigureJson.summary(file).map(summary -> new Entry(file, summary));
  }
}
