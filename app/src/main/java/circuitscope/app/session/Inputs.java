package circuitscope.app.session;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From what users write to the tokens that are read, and back. */
public final class Inputs {
  private Inputs() {}

  /**
   * The one input among those written.
   *
   * @param sign what stands before the names where they are written: {@code --} or nothing
   * @return null when none was written
   * @throws IllegalArgumentException when there are several, or {@code bos} goes with none
   */
  public static @Nullable TokenInput of(
      String sign,
      @Nullable String text,
      List<Path> files,
      @Nullable String ids,
      @Nullable String bos) {
    int given = (text == null ? 0 : 1) + (files.isEmpty() ? 0 : 1) + (ids == null ? 0 : 1);
    if (given > 1) {
      throw new IllegalArgumentException(
          "%1$stext, %1$sfile and %1$sids exclude each other; give one of them".formatted(sign));
    }
    if (bos != null && text == null) {
      throw new IllegalArgumentException(
          "%1$sbos says how one %1$stext begins; files and ids have fixed rules".formatted(sign));
    }
    if (text != null) {
      return new TokenInput.Prompt(text, policy(sign, bos));
    }
    if (ids != null) {
      return TokenInput.readIds(ids);
    }
    return files.isEmpty() ? null : new TokenInput.TextFiles(files);
  }

  private static BosPolicy policy(String sign, @Nullable String bos) {
    return switch (bos == null ? "auto" : bos) {
      case "auto" -> BosPolicy.AUTO;
      case "yes" -> BosPolicy.YES;
      case "no" -> BosPolicy.NO;
      default ->
          throw new IllegalArgumentException(
              "%sbos: '%s' is not auto, yes or no".formatted(sign, bos));
    };
  }

  /** An option of a command line; a value that looks like an option itself is attached to it. */
  static List<String> option(String name, String value) {
    return value.startsWith("-") ? List.of("--" + name + "=" + value) : List.of("--" + name, value);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** The command-line options that give the same input. */
  static List<String> options(@Nullable TokenInput input) {
    return switch (input) {
      case null -> List.of();
      case TokenInput.Prompt(String text, BosPolicy bos) ->
          bos == BosPolicy.AUTO
              ? option("text", text)
              : joined(option("text", text), option("bos", bos.name().toLowerCase(Locale.ROOT)));
      case TokenInput.TextFiles(List<Path> files) -> {
        List<String> options = new ArrayList<>(List.of("--file"));
        files.forEach(file -> options.add(file.toString()));
        yield options;
      }
      case TokenInput.Ids ids -> List.of("--ids", ids.source());
    };
  }
}
