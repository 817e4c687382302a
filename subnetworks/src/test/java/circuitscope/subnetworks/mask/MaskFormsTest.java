package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files in {@code masks} are written by {@code tests/golden/mask_files.py} (numpy 2). */
class MaskFormsTest {
  private static final Path MASKS = Path.of("src", "test", "resources", "masks");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "numpy.safetensors",
        "numpy.npz",
        "numpy-compressed.npz",
        "numpy-2.pickle",
        "numpy-4.pickle",
        "numpy-5.pickle"
      })
  void masksWrittenInPythonAreReadBitForBit(String file) throws IOException {
    Mask mask = MaskFile.read(MASKS.resolve(file));

    assertThat(mask.digest()).isEqualTo(Files.readString(MASKS.resolve("digest.txt")).strip());
  }

  @Test
  void aHeaderOfAnyLengthIsNoPickle() throws IOException {
    Mask mask = MaskFile.read(MASKS.resolve("numpy.safetensors"));
    Path file = folder.resolve("padded.safetensors");
    for (int length = 0; length < 256; length += 8) { // headers are filled up to multiples of 8
      MaskProvenance padded = mask.provenance().with("padding", "x".repeat(length));
      MaskFile.write(file, mask.with(padded));
      assertThat(MaskFile.read(file).digest()).as("%d", length).isEqualTo(mask.digest());
    }
  }

  @Test
  void theModelsNameInAPublishedPickleIsProvenance() throws IOException {
    Mask mask = MaskFile.read(MASKS.resolve("numpy-5.pickle"));

    assertThat(mask.provenance().get(MaskProvenance.MODEL)).isEqualTo("gpt2");
  }

  @ParameterizedTest
  @EnumSource(MaskForm.class)
  void everyFormHoldsTheSameMaskWhateverItsFileIsCalled(MaskForm form) throws IOException {
    Mask mask = Samples.mask(4);
    Path file = folder.resolve("mask");

    form.write(file, mask);

    assertThat(MaskFile.read(file).matrices()).isEqualTo(mask.matrices());
    assertThat(folder).isDirectoryNotContaining(other -> !other.equals(file));
  }

  @Test
  void anArchiveKeepsNameAndProvenanceInItsComment() throws IOException {
    Path file = folder.resolve("mask.npz");
    MaskForm.NPZ.write(file, Samples.mask(4));

    assertThat(MaskFile.read(file)).isEqualTo(Samples.mask(4));
  }

  @Test
  void aPickleWrittenHereIsReadAsItWasWhenWrittenAgain() throws IOException {
    Path first = folder.resolve("a.pickle");
    Path second = folder.resolve("b.pickle");
    MaskForm.PICKLE.write(first, Samples.mask(4));
    MaskForm.PICKLE.write(second, MaskFile.read(first));

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void damagedArchivesAreRefusedByName() throws IOException {
    byte[] whole = Files.readAllBytes(MASKS.resolve("numpy.npz"));
    Path file = folder.resolve("damaged.npz");
    for (int length : List.of(whole.length / 2, whole.length - 4)) {
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> MaskFile.read(file))
          .isInstanceOf(MaskException.class)
          .hasMessageContaining("damaged.npz");
    }
    int value = new String(whole, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("'|b1'");
    byte[] integers = whole.clone();
    integers[value + 2] = 'i';
    Files.write(file, integers);
    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(MaskException.class)
        .hasMessageContaining("expected booleans in one or two dimensions");
  }

  @Test
  void endingsOfFileNamesStandForForms() {
    assertThat(MaskForm.named(Path.of("a.npz"))).isEqualTo(MaskForm.NPZ);
    assertThat(MaskForm.named(Path.of("a.pickle"))).isEqualTo(MaskForm.PICKLE);
    assertThat(MaskForm.named(Path.of("a.safetensors"))).isEqualTo(MaskForm.SAFETENSORS);
  }
}
