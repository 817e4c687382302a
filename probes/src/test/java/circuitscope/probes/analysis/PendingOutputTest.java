package circuitscope.probes.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PendingOutputTest {
  @TempDir Path folder;

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  @Test
  void aFileAppearsOnlyWhenCommitted() throws IOException {
    Path target = folder.resolve("deep/result.json");
    try (PendingOutput pending = PendingOutput.file(target)) {
      Files.writeString(pending.path(), "whole");
      assertThat(target).doesNotExist();
      pending.commit();
    }
    assertThat(target).hasContent("whole");
    assertThat(names(folder.resolve("deep"))).containsExactly("result.json");
  }

  @Test
  void whatIsNotCommittedLeavesTheOldFileAndNoTrace() throws IOException {
    Path target = folder.resolve("result.json");
    Files.writeString(target, "old");
    try (PendingOutput pending = PendingOutput.file(target)) {
      Files.writeString(pending.path(), "half");
    }
    assertThat(target).hasContent("old");
    assertThat(names(folder)).containsExactly("result.json");
  }

  @Test
  void aFolderKeepsWhatElseLiesInIt() throws IOException {
    Path target = folder.resolve("out");
    Files.createDirectories(target);
    Files.writeString(target.resolve("notes.txt"), "mine");
    try (PendingOutput pending = PendingOutput.folder(target)) {
      Files.createDirectories(pending.path().resolve("figures"));
      Files.writeString(pending.path().resolve("figures/loss.svg"), "<svg/>");
      pending.commit();
    }
    assertThat(target.resolve("notes.txt")).hasContent("mine");
    assertThat(target.resolve("figures/loss.svg")).hasContent("<svg/>");
    assertThat(names(folder)).containsExactly("out");
  }

  @Test
  void abandoningDeletesWhatIsHalfWritten() throws IOException {
    try (PendingOutput pending = PendingOutput.folder(folder.resolve("out"))) {
      Files.writeString(pending.path().resolve("a.csv"), "1");
      PendingOutput.abandonAll();
      assertThat(pending.path()).doesNotExist();
    }
  }

  @Test
  void aFolderWhereAFileIsMeantIsRefused() {
    assertThatThrownBy(() -> PendingOutput.file(folder))
        .hasMessage(folder + " is a folder; name a file in it");
  }
}
