package circuitscope.app.session.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that saves without rest and is killed, as by kill -9, again and again. */
final class KilledSaveTest {
  private static final int KILLS = 6;
  private static final long TIMEOUT_SECONDS = 60;

  @TempDir Path folder;

  @Test
  void everyKilledSaveLeavesAWholeStateAndNoLock() throws Exception {
    Path path = folder.resolve("killed" + WorkspaceFile.ENDING);
    WorkspaceFile.create(path, SavesForever.state(0)).close();
    Random random = new Random(3);
    int reached = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      killAfterASave(path, reached, random.nextInt(60));
      try (WorkspaceFile file = WorkspaceFile.open(path)) {
        int number = SavesForever.number(file.saved());
        assertThat(number).isGreaterThan(reached);
        assertThat(file.saved()).isEqualTo(SavesForever.state(number));
        file.recovery()
            .ifPresent(edits -> assertThat(edits).isEqualTo(SavesForever.state(number + 1)));
        Path previous = path.resolveSibling(path.getFileName() + ".previous");
        assertThat(SavesForever.number(WorkspaceFile.read(previous))).isIn(number - 1, number);
        reached = number;
      }
    }
  }

  private void killAfterASave(Path path, int reached, int waitMillis) throws Exception {
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SavesForever.class.getName(),
                path.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (process.isAlive()
        && System.nanoTime() < deadline
        && SavesForever.number(WorkspaceFile.read(path)) == reached) {
      Thread.sleep(1);
    }
    Thread.sleep(waitMillis);
    process.toHandle().destroyForcibly();
    assertThat(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(said)).isEqualTo(128 + 9); // SIGKILL
  }
}
