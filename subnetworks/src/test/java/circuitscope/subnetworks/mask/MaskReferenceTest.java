package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskReferenceTest {
  @TempDir Path folder;

  @Test
  void colonsInThePathAreNoVariants() throws IOException {
    Path file = folder.resolve("a:b:random@x.safetensors");
    MaskFile.write(file, Samples.mask(1));

    assertThat(MaskReference.parse(file.toString()))
        .isEqualTo(new MaskReference(file, new MaskReference.Variant.Itself()));
    assertThat(MaskReference.parse(file + ":complement"))
        .isEqualTo(new MaskReference(file, new MaskReference.Variant.Complement()));
    assertThat(MaskReference.parse(file + ":random@-3"))
        .isEqualTo(new MaskReference(file, new MaskReference.Variant.Random(-3)));
  }

  @Test
  void aFileThatIsCalledLikeAVariantIsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("m:complement"), "");

    assertThat(MaskReference.parse(file.toString()).file()).isEqualTo(file);
  }

  @Test
  void aMistypedVariantIsToldApartFromAMissingFile() throws IOException {
    Path file = Files.writeString(folder.resolve("m"), "");

    assertThatThrownBy(() -> MaskReference.parse(file + ":complment"))
        .hasMessageContaining("did you mean 'complement'?");
    assertThatThrownBy(() -> MaskReference.parse(file + "x:complement"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(file + "x");
  }

  @Test
  void itIsWrittenAsItIsRead() throws IOException {
    Path file = Files.writeString(folder.resolve("m"), "");

    for (String variant : new String[] {"", ":complement", ":random@7"}) {
      assertThat(MaskReference.parse(file + variant)).hasToString(file + variant);
    }
  }

  @Test
  void variantsKeepWhatTheirNamesSay() throws IOException {
    Path file = folder.resolve("m.safetensors");
    Mask mask = Samples.mask(5);
    MaskFile.write(file, mask);

    Mask complement = MaskReference.parse(file + ":complement").open();
    Mask random = MaskReference.parse(file + ":random@1").open();

    assertThat(complement.active()).isEqualTo(mask.total() - mask.active());
    assertThat(MaskAlgebra.intersection(mask, complement).active()).isZero();
    assertThat(random.byMatrix()).isEqualTo(mask.byMatrix());
    assertThat(random.digest()).isNotEqualTo(mask.digest());
    assertThat(complement.name()).contains(file + ":complement").contains(mask.digest());
  }
}
