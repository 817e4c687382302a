package circuitscope.app.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.probes.analysis.CancelledException;
import circuitscope.probes.analysis.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LibtorchTest {
  @TempDir Path folder;

  private Map<String, String> own() throws IOException {
    Path lib = folder.resolve("torch/lib");
    Files.createDirectories(lib);
    Files.createFile(lib.resolve("libtorch_cpu.so"));
    return Map.of("PYTORCH_LIBRARY_PATH", lib.toString());
  }

  @Test
  void theVersionOfAPythonPackageIsReadFromItsVersionFile() throws IOException {
    Map<String, String> environment = own();
    Files.writeString(
        folder.resolve("torch/version.py"),
        "from typing import Optional\n__version__ = '2.7.1+cu128'\n");

    Libtorch found = Libtorch.find(environment);

    assertThat(found).isInstanceOf(Libtorch.Own.class);
    assertThat(((Libtorch.Own) found).version()).isEqualTo("2.7.1");
    found.prepare(environment, Progress.silent());
  }

  @Test
  void anotherVersionIsRefusedBeforeTheEngineStarts() throws IOException {
    Map<String, String> environment = own();
    Files.writeString(folder.resolve("torch/build-version"), "2.11.0+cu130\n");

    assertThatThrownBy(() -> Libtorch.find(environment).prepare(environment, Progress.silent()))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining("libtorch 2.11.0, and Circuitscope needs 2.7.1 exactly");
  }

  @Test
  void aFolderThatDoesNotSayItsVersionNeedsTheUsersWord() throws IOException {
    Map<String, String> silent = own();
    String lib = silent.get("PYTORCH_LIBRARY_PATH");

    assertThatThrownBy(() -> Libtorch.find(silent).prepare(silent, Progress.silent()))
        .hasMessageContaining("set PYTORCH_VERSION=2.7.1");

    Map<String, String> stated = Map.of("PYTORCH_LIBRARY_PATH", lib, "PYTORCH_VERSION", "2.7.1");
    Libtorch.find(stated).prepare(stated, Progress.silent());
  }

  @Test
  void aFolderWithoutLibtorchIsRefused() {
    Map<String, String> environment = Map.of("PYTORCH_LIBRARY_PATH", folder.toString());
    assertThatThrownBy(() -> Libtorch.find(environment))
        .hasMessageContaining(folder + ", which holds no libtorch_cpu.so");
  }

  @Test
  void theBundledOneIsUnpackedWholeWithProgress() {
    Map<String, String> environment = Map.of("DJL_CACHE_DIR", folder.toString());
    Libtorch.Bundled bundled = (Libtorch.Bundled) Libtorch.find(environment);
    assertThat(bundled.unpacked()).isFalse();
    List<Progress.Snapshot> told = new ArrayList<>();

    bundled.prepare(environment, Progress.to(told::add));

    assertThat(bundled.unpacked()).isTrue();
    assertThat(bundled.folder().resolve("libtorch_cpu.so")).isRegularFile();
    assertThat(told.getLast().done()).isEqualTo(told.getLast().total()).isGreaterThan(400_000_000);
    assertThat(told).hasSizeGreaterThan(100);
  }

  @Test
  void cancelledUnpackingLeavesNothingButItsLock() throws IOException {
    Map<String, String> environment = Map.of("DJL_CACHE_DIR", folder.toString());
    Libtorch bundled = Libtorch.find(environment);
    Progress[] progress = new Progress[1];
    progress[0] = Progress.to(snapshot -> cancelHalfWay(snapshot, progress[0]));

    assertThatThrownBy(() -> bundled.prepare(environment, progress[0]))
        .isInstanceOf(CancelledException.class);

    try (var left = Files.list(folder.resolve("pytorch"))) {
      assertThat(left.map(file -> file.getFileName().toString())).containsExactly("unpack.lock");
    }
  }

  private static void cancelHalfWay(Progress.Snapshot snapshot, Progress progress) {
    if (snapshot.fraction() > 0.1) {
      progress.cancel();
    }
  }
}
