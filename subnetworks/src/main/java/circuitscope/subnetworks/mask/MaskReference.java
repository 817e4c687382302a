package circuitscope.subnetworks.mask;

import circuitscope.probes.analysis.Nearest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mask as it is asked for: a file, and what to make of it. Written {@code FILE}, {@code
 * FILE:complement} or {@code FILE:random@SEED}; colons in the file's own path are no trouble.
 */
public record MaskReference(Path file, Variant variant) {
  private static final Pattern RANDOM = Pattern.compile("(.+):random@(-?\\d{1,18})");
  private static final String COMPLEMENT = ":complement";

  /** What to make of a mask. */
  public sealed interface Variant {
    /** The mask as it is. */
    record Itself() implements Variant {}

    /** The weights that it does not keep. */
    record Complement() implements Variant {}

    /** As many weights of each matrix, drawn at random. */
    record Random(long seed) implements Variant {}
  }

  /**
   * Parses a reference; does not read the file.
   *
   * @throws IllegalArgumentException if there is no such file
   */
  public static MaskReference parse(String text) throws IOException {
    MaskReference reference = split(text);
    if (!Files.exists(reference.file)) {
      int colon = text.lastIndexOf(':');
      if (colon > 0 && Files.exists(Path.of(text.substring(0, colon)))) {
        String typed = text.substring(colon + 1);
        throw new IllegalArgumentException(
            "mask %s: after the file comes :complement or :random@SEED, not ':%s'%s"
                .formatted(text, typed, Nearest.hint(typed, List.of("complement", "random@0"))));
      }
      throw new NoSuchFileException(reference.file.toString());
    }
    return reference;
  }

  private static MaskReference split(String text) {
    if (Files.exists(Path.of(text))) {
      return new MaskReference(Path.of(text), new Variant.Itself());
    }
    if (text.endsWith(COMPLEMENT) && text.length() > COMPLEMENT.length()) {
      String file = text.substring(0, text.length() - COMPLEMENT.length());
      return new MaskReference(Path.of(file), new Variant.Complement());
    }
    Matcher random = RANDOM.matcher(text);
    if (random.matches()) {
      return new MaskReference(
          Path.of(random.group(1)), new Variant.Random(Long.parseLong(random.group(2))));
    }
    return new MaskReference(Path.of(text), new Variant.Itself());
  }

  /** Reads the file and makes the variant. */
  public Mask read() throws IOException {
    return made(MaskFile.read(file));
  }

  /**
   * Reads the file and makes the variant, under a name that says all, as results show it: file,
   * variant and the digest of the file's mask.
   */
  public Mask open() throws IOException {
    Mask mask = MaskFile.read(file);
    return made(mask).named("%s (sha256 of its content %s)".formatted(this, mask.digest()));
  }

  private Mask made(Mask mask) {
    return switch (variant) {
      case Variant.Itself() -> mask;
      case Variant.Complement() -> MaskAlgebra.complement(mask);
      case Variant.Random(long seed) -> RandomMasks.perMatrix(mask, seed);
    };
  }

  /** As it is written on the command line. */
  @Override
  public String toString() {
    return file
        + switch (variant) {
          case Variant.Itself() -> "";
          case Variant.Complement() -> COMPLEMENT;
          case Variant.Random(long seed) -> ":random@" + seed;
        };
  }
}
