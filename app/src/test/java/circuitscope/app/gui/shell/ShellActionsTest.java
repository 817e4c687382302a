package circuitscope.app.gui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.Settings;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway") // what is dropped asks no dialog, so that there need be no window
final class ShellActionsTest {
  @TempDir Path folder;
  private final InlineJobs jobs = new InlineJobs();
  private final TestServices test = new TestServices(jobs);
  private final Workbench workbench =
      new Workbench(jobs, Settings.read(Path.of("no-such-settings")));
  private final ShellViewModel shell =
      new ShellViewModel(
          workbench, workbench.services(test, test, test.copied()::add, (type, state) -> {}));

  private Workspace dropped(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    new ShellActions(shell, null).dropped(java.util.List.of(file));
    return shell.services().project().workspace();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.safetensors", "a.npz", "a.pickle", "a.pkl", "A.PICKLE"})
  void aDroppedMaskIsAMask(String name) throws IOException {
    Workspace project = dropped(name, new byte[] {(byte) 0x80, 4});
    assertThat(project.masks()).hasSize(1);
    assertThat(project.texts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture.png", "NOTES"})
  void aFileThatIsNoTextIsRefused(String name) throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13};
    assertThat(dropped(name, png).texts()).isEmpty();
    assertThat(test.problems().getLast().happened()).contains(name, "no text");
    assertThat(dropped(name, new byte[] {'a', 0}).texts()).isEmpty();
  }

  @Test
  void aTextIsATextAlsoWhereACharacterIsCutOrItIsPacked() throws IOException {
    byte[] umlauts = new byte[9001]; // odd, so that the first 8192 bytes end within one
    Arrays.fill(umlauts, (byte) 'a');
    for (int i = 1; i < umlauts.length; i += 2) {
      umlauts[i] = (byte) 0xC3;
      umlauts[i + 1] = (byte) 0xA4;
    }
    assertThat(dropped("long.text", umlauts).texts()).hasSize(1);
    assertThat(dropped("texts.zst", new byte[] {(byte) 0x28, (byte) 0xB5, 0}).texts()).hasSize(2);
    assertThat(test.problems()).isEmpty();
  }
}
