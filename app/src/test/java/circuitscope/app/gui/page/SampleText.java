package circuitscope.app.gui.page;

import circuitscope.models.cache.EmbeddedModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** The text that ships with the product. */
public final class SampleText {
  private SampleText() {}

  public static Path file() {
    try {
      return EmbeddedModels.text();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
