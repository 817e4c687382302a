package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files and references are written by {@code tests/golden/pickled_files.py} (torch 2.7.1). */
class TorchFileTest {
  @TempDir Path folder;

  @Test
  void everyTensorHasTheBytesThatTorchGivesIt() {
    try (TorchFile file = TorchFile.open(Fixtures.PICKLED.resolve("state.bin"));
        SafetensorsFile expected =
            SafetensorsFile.open(Fixtures.PICKLED.resolve("state.safetensors"))) {
      assertThat(file.tensors()).hasSize(17);
      for (StoredTensor tensor : file.tensors().values()) {
        StoredTensor reference = expected.tensor(tensor.name());
        assertThat(tensor.type()).isEqualTo(reference.type());
        assertThat(tensor.shape()).isEqualTo(reference.shape());
        assertThat(tensor.bytes().toArray(ValueLayout.JAVA_BYTE))
            .as(tensor.toString())
            .isEqualTo(reference.bytes().toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void aTransposedViewIsWidenedRowMajorFromAnyElement() {
    try (TorchFile file = TorchFile.open(Fixtures.PICKLED.resolve("state.bin"))) {
      StoredTensor permuted = file.tensor("permuted"); // [4, 2, 3]
      float[] all = Fixtures.floats(permuted);
      for (int from = 0; from < all.length; from++) {
        FloatBuffer rest = FloatBuffer.allocate(all.length - from);
        permuted.widen(from, rest);
        assertThat(rest.array()).isEqualTo(Arrays.copyOfRange(all, from, all.length));
      }
    }
  }

  @Test
  void contiguousTensorsAreSlicesOfTheFile() {
    try (TorchFile file = TorchFile.open(Fixtures.PICKLED.resolve("state.bin"))) {
      MemorySegment base = file.tensor("base").bytes();
      assertThat(base.isMapped()).isTrue();
      assertThat(base.isReadOnly()).isTrue();
      assertThat(file.tensor("transposed").bytes().isReadOnly()).isTrue();
    }
  }

  @Test
  void aShardedCheckpointIsOneCheckpoint() {
    try (Checkpoint checkpoint = Checkpoint.open(Fixtures.PICKLED.resolve("sharded"));
        TorchFile whole = TorchFile.open(Fixtures.PICKLED.resolve("state.bin"))) {
      assertThat(checkpoint.tensors()).hasSize(11);
      for (StoredTensor tensor : checkpoint.tensors().values()) {
        assertThat(Fixtures.floats(tensor)).isEqualTo(Fixtures.floats(whole.tensor(tensor.name())));
      }
    }
  }

  @Test
  void aPickleThatWouldRunCodeIsRefusedNamingTheFunctionAndRunsNothing() {
    assertRefused("code.bin", "asks Python for 'posix.system'");
    assertThat(Path.of("ran-code")).doesNotExist();
  }

  @Test
  void theFormatBeforePyTorch16IsRefusedWithTheRemedy() {
    assertRefused("legacy.bin", "torch.save(torch.load(FILE, weights_only=True), FILE)");
  }

  @Test
  void aTrainingCheckpointIsRefusedNamingTheEntryThatIsNoTensor() {
    assertRefused("nested.bin", "its entry 'state_dict' is not a tensor");
  }

  @Test
  void aTorchScriptProgramIsRefusedAsSuch() {
    assertRefused("script.bin", "TorchScript program");
  }

  @Test
  void aFileThatIsNoArchiveIsRefused() throws IOException {
    Path path = Files.writeString(folder.resolve("a.bin"), "version https://git-lfs");
    assertThatThrownBy(() -> TorchFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("not a PyTorch file");
  }

  @Test
  void aTruncatedArchiveIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Fixtures.PICKLED.resolve("state.bin"));
    for (int length : new int[] {4, 30, whole.length / 2, whole.length - 1}) {
      Path path = folder.resolve("a.bin");
      Files.write(path, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TorchFile.open(path))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("truncated");
    }
  }

  @Test
  void aCompressedArchiveIsRefusedWithTheRemedy() throws IOException {
    Path path = folder.resolve("a.bin");
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("archive/data.pkl"));
      zip.write(new byte[100]);
    }
    assertThatThrownBy(() -> TorchFile.open(path))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("compresses its entry 'archive/data.pkl'");
  }

  private static void assertRefused(String name, String reason) {
    assertThatThrownBy(() -> TorchFile.open(Fixtures.PICKLED.resolve(name)))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(name)
        .hasMessageContaining(reason);
  }
}
