package circuitscope.probes.analysis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What made a result: the product, the libraries it was built with and the machine's Java. */
public record Versions(
    String product, String djl, String libtorch, String jdk, String operatingSystem) {

  private static final Versions CURRENT = read();

  public static Versions current() {
    return CURRENT;
  }

  private static Versions read() {
    Properties built = new Properties();
    try (InputStream in = Versions.class.getResourceAsStream("versions.properties")) {
      built.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("versions.properties cannot be read from the build", e);
    }
    return new Versions(
        built.getProperty("product"),
        built.getProperty("djl"),
        built.getProperty("libtorch"),
        Runtime.version().toString(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
  }
}
