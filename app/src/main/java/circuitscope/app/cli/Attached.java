package circuitscope.app.cli;

import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/**
 * Values that begin like an option, attached to their own: {@code --text=-foo}. Picocli refuses
 * them as mistyped options; it is shown them behind a sign that no argument of a process can hold.
 */
final class Attached {
  private static final String SIGN = "\0";

  private Attached() {}

  /** The arguments with such values marked; their converters take the mark away. */
  static String[] marked(CommandLine commands, String... arguments) {
    commands.registerConverter(String.class, Attached::plain);
    commands.registerConverter(Path.class, value -> Path.of(plain(value)));
    return Arrays.stream(arguments)
        .map(argument -> argument.replaceFirst("^(--[a-z0-9-]+=)(?=-)", "$1" + SIGN))
        .toArray(String[]::new);
  }

  private static String plain(String value) {
    return value.startsWith(SIGN) ? value.substring(SIGN.length()) : value;
  }
}
