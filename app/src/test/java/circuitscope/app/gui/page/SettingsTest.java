package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsTest {
  @TempDir Path folder;

  @Test
  void whatWasSavedIsReadBack() {
    Path file = folder.resolve("sub/window.properties");
    Settings settings = Settings.read(file);
    settings.appearanceProperty().set(Settings.Appearance.DARK);
    settings.fontSizeProperty().set(17);
    Settings.remember(settings.recentModels(), "a");
    Settings.remember(settings.recentModels(), "b");
    Settings.remember(settings.recentModels(), "a");
    settings.put("window", "1 2 3 4 false");

    settings.save();
    Settings read = Settings.read(file);

    assertThat(read.appearanceProperty().get()).isEqualTo(Settings.Appearance.DARK);
    assertThat(read.fontSizeProperty().get()).isEqualTo(17);
    assertThat(read.recentModels()).containsExactly("a", "b");
    assertThat(read.get("window", "")).isEqualTo("1 2 3 4 false");
  }

  @Test
  void aDamagedFileTakesTheDefaults() throws IOException {
    Path file = folder.resolve("window.properties");
    Files.writeString(file, "appearance=PURPLE\nfont-size=many\ndevice=\\u00");

    Settings read = Settings.read(file);

    assertThat(read.appearanceProperty().get()).isEqualTo(Settings.Appearance.SYSTEM);
    assertThat(read.fontSizeProperty().get()).isEqualTo(13);
    assertThat(read.deviceProperty().get()).isEqualTo("auto");
  }
}
