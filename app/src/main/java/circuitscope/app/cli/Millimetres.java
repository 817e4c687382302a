package circuitscope.app.cli;

import circuitscope.viz.layout.FigureStyle;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A length as people write it: {@code 85mm}, {@code 17.4cm}, {@code 3.5in}, or a column. */
final class Millimetres implements ITypeConverter<Double> {
  private static final Pattern LENGTH = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) ?(mm|cm|in|pt)?");

  @Override
  public Double convert(String text) {
    String written = text.strip().toLowerCase(Locale.ROOT);
    if (written.equals("single")) {
      return FigureStyle.SINGLE_COLUMN_MM;
    }
    if (written.equals("double")) {
      return FigureStyle.DOUBLE_COLUMN_MM;
    }
    Matcher length = LENGTH.matcher(written);
    if (!length.matches()) {
      throw new TypeConversionException(
          "'%s' is not a length: expected 85mm, 17.4cm, 3.5in, single or double".formatted(text));
    }
    String unit = length.group(2) == null ? "mm" : length.group(2);
    double millimetres =
        switch (unit) {
          case "cm" -> 10;
          case "in" -> 25.4;
          case "pt" -> 25.4 / 72;
          default -> 1;
        };
    return Double.parseDouble(length.group(1)) * millimetres;
  }
}
