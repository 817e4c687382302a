package circuitscope.models.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.models.checkpoint.CheckpointException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header of a GGUF file, well-formed and not. */
class GgufFileTest {
  private static final int F32 = 0;
  private static final int Q4_K = 12;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void everyKindOfMetadataIsRead(int version) {
    try (GgufFile file = GgufFile.open(Golden.file("types-v%d.gguf".formatted(version)))) {
      assertThat(file.version()).isEqualTo(version);
      GgufMetadata metadata = file.metadata();
      assertThat(metadata.text("general.architecture")).isEqualTo("llama");
      assertThat(metadata.natural("test.uint8")).isEqualTo(200);
      assertThat(metadata.real("test.int8")).isEqualTo(-100);
      assertThat(metadata.natural("test.uint16")).isEqualTo(60000);
      assertThat(metadata.real("test.int16")).isEqualTo(-30000);
      assertThat(metadata.real("test.uint32")).isEqualTo(4e9);
      assertThat(metadata.real("test.int32")).isEqualTo(-2e9);
      assertThat(metadata.real("test.uint64")).isEqualTo(0x1p40);
      assertThat(metadata.real("test.int64")).isEqualTo(-0x1p40);
      assertThat(metadata.real("test.float32")).isEqualTo(1e-5);
      assertThat(metadata.real("test.float64")).isEqualTo(0.1);
      assertThat(metadata.flagOr(false, "test.bool")).isTrue();
      assertThat(metadata.text("test.string")).isEqualTo("naïve 😀");
      assertThat(metadata.texts("test.strings")).containsExactly("a", "", "β");
      assertThat(metadata.has("test.nested")).isTrue();
    }
  }

  @Test
  void aMissingOrWrongKeyNamesTheFileTheKeyAndWhatWasRead() {
    try (GgufFile file = GgufFile.open(Golden.file("types-v3.gguf"))) {
      assertThatThrownBy(() -> file.metadata().natural("llama.block_count"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageContaining("types-v3.gguf: metadata 'llama.block_count' is missing");
      assertThatThrownBy(() -> file.metadata().natural("test.int8"))
          .hasMessageContaining("'test.int8' is -100, expected an integer from 0");
      assertThatThrownBy(() -> file.metadata().natural("test.uint32"))
          .hasMessageContaining("4000000000");
      assertThatThrownBy(() -> file.metadata().text("test.strings"))
          .hasMessageContaining("an array of 3 STRING");
    }
  }

  @Test
  void aFileOfAnotherKindVersionOrByteOrderIsNamed() {
    refused(new GgufBytes().text("not a model")).hasMessageContaining("not a GGUF file");
    refused(GgufBytes.header(1, 0, 0)).hasMessageContaining("version 1, expected 2 or 3");
    refused(GgufBytes.header(0x03000000, 0, 0)).hasMessageContaining("big-endian");
    refused(new GgufBytes()).hasMessageContaining("ends at byte 0");
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 1000, 1L << 40, Long.MAX_VALUE, -1})
  void aCountThatTheFileCannotHoldIsRefusedBeforeAnyAllocation(long count) {
    refused(GgufBytes.header(3, count, 0)).hasMessageContaining("the number of tensors");
    refused(GgufBytes.header(3, 0, count)).hasMessageContaining("the number of metadata values");
    refused(GgufBytes.header(3, 0, 1).i64(count).i64(0).i64(0))
        .hasMessageContaining("metadata key 0");
    refused(GgufBytes.header(3, 0, 1).text("k").i32(GgufBytes.STRING).i64(count))
        .hasMessageContaining("the length of 'k'");
    refused(
            GgufBytes.header(3, 0, 1)
                .text("k")
                .i32(GgufBytes.ARRAY)
                .i32(GgufBytes.STRING)
                .i64(count))
        .hasMessageContaining("the number of elements of 'k'");
    refused(
            GgufBytes.header(3, 0, 1)
                .text("k")
                .i32(GgufBytes.ARRAY)
                .i32(GgufBytes.UINT64)
                .i64(count))
        .hasMessageContaining("the number of elements of 'k'");
  }

  @Test
  void arraysNestedWithoutEndAreRefused() {
    GgufBytes bytes = GgufBytes.header(3, 0, 1).text("k").i32(GgufBytes.ARRAY);
    for (int depth = 0; depth < 1000; depth++) {
      bytes.i32(GgufBytes.ARRAY).i64(1);
    }
    refused(bytes).hasMessageContaining("nests arrays");
  }

  @Test
  void anUnknownValueTypeAndARepeatedKeyAreRefused() {
    refused(GgufBytes.header(3, 0, 1).text("k").i32(13).i64(0))
        .hasMessageContaining("'k' has value type 13");
    refused(GgufBytes.header(3, 0, 2).text("k", "a").text("k", "b"))
        .hasMessageContaining("'k' is there twice");
  }

  @ParameterizedTest
  @CsvSource({"10,Q2_K", "11,Q3_K", "16,IQ2_XXS", "39,MXFP4", "9,Q8_1", "4,type 4", "999,type 999"})
  void aTensorTypeThatIsNotSupportedIsNamed(int type, String name) {
    refused(GgufBytes.header(3, 1, 0).tensor("blk.0.ffn_up.weight", type, 0, 256).data(32, 256))
        .hasMessageContaining("'blk.0.ffn_up.weight' is stored as " + name)
        .hasMessageContaining("Q6_K");
  }

  @Test
  void dimensionsThatCannotBeAreRefused() {
    refused(GgufBytes.header(3, 1, 0).tensor("t", F32, 0, 1, 1, 1, 1, 1))
        .hasMessageContaining("5 dimensions");
    refused(GgufBytes.header(3, 1, 0).tensor("t", F32, 0, -1).data(32, 64))
        .hasMessageContaining("dimension of 18446744073709551615");
    refused(GgufBytes.header(3, 1, 0).tensor("t", F32, 0, 1L << 40, 1L << 40))
        .hasMessageContaining("impossibly large");
    refused(GgufBytes.header(3, 1, 0).tensor("t", Q4_K, 0, 255, 256).data(32, 144 * 255))
        .hasMessageContaining("rows of 255 elements, expected whole Q4_K blocks of 256");
  }

  @ParameterizedTest
  @ValueSource(longs = {32, 16, -32, Long.MAX_VALUE, 1L << 62})
  void anOffsetOutsideOrAcrossTheDataIsRefused(long offset) {
    refused(GgufBytes.header(3, 1, 0).tensor("t", F32, offset, 8).data(32, 32))
        .hasMessageContaining("tensor 't' takes 32 bytes from byte");
  }

  @Test
  void tensorsThatShareBytesOrANameAreRefused() {
    refused(GgufBytes.header(3, 2, 0).tensor("a", F32, 0, 9).tensor("b", F32, 32, 8).data(32, 64))
        .hasMessageContaining("'a' and 'b' overlap");
    refused(GgufBytes.header(3, 2, 0).tensor("a", F32, 0, 8).tensor("a", F32, 32, 8).data(32, 64))
        .hasMessageContaining("'a' is there twice");
  }

  @Test
  void anAlignmentThatIsNoPowerOfTwoIsRefused() {
    for (int alignment : new int[] {0, 48}) {
      refused(
              GgufBytes.header(3, 1, 1)
                  .uint32("general.alignment", alignment)
                  .tensor("t", F32, 0, 8)
                  .data(32, 64))
          .hasMessageContaining("general.alignment");
    }
  }

  @Test
  void aPartOfASplitModelIsRefusedWithTheRemedy() {
    refused(GgufBytes.header(3, 0, 2).uint32("split.no", 0).uint32("split.count", 3))
        .hasMessageContaining("part 1 of a model split into 3 files")
        .hasMessageContaining("--merge");
  }

  /** Up to the padding after the last tensor. */
  @Test
  void everyTruncationOfAFileIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(Golden.file("types-v3.gguf"));
    Path file = directory.resolve("short.gguf");
    for (int length = 0; length < whole.length - 63; length += length < 1600 ? 1 : 101) {
      byte[] part = new byte[length];
      System.arraycopy(whole, 0, part, 0, length);
      Files.write(file, part);
      assertThatThrownBy(() -> GgufFile.open(file)).isInstanceOf(CheckpointException.class);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> refused(GgufBytes bytes) {
    Path file = bytes.write(directory);
    return assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(CheckpointException.class)
        .hasMessageStartingWith(file.toString());
  }
}
