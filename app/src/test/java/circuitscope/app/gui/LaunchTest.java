package circuitscope.app.gui;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.app.session.SetupException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
final class LaunchTest {
  @Test
  void withoutADisplayTheRemedyIsNamed() {
    assertThatThrownBy(() -> Launch.checkDisplay(Map.of(), null))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("no display")
        .hasMessageContaining("circuitscope --help");
  }

  @Test
  void aDisplayOrAPlatformOfOnesOwnIsEnough() {
    assertThatCode(() -> Launch.checkDisplay(Map.of("DISPLAY", ":1"), null))
        .doesNotThrowAnyException();
    assertThatCode(() -> Launch.checkDisplay(Map.of("WAYLAND_DISPLAY", "wayland-0"), null))
        .doesNotThrowAnyException();
    assertThatCode(() -> Launch.checkDisplay(Map.of(), "Headless")).doesNotThrowAnyException();
  }
}
