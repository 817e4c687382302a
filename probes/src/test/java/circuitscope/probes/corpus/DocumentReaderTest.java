package circuitscope.probes.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DocumentReaderTest {
  @TempDir Path folder;

  private static List<DocumentPart> read(int partChars, Path... files) throws IOException {
    try (DocumentReader reader = new DocumentReader(Corpus.ofText(List.of(files)), partChars)) {
      List<DocumentPart> parts = new ArrayList<>();
      for (DocumentPart part = reader.next(); part != null; part = reader.next()) {
        parts.add(part);
      }
      return parts;
    }
  }

  private List<DocumentPart> read(int partChars, String text) throws IOException {
    return read(partChars, Files.writeString(folder.resolve("text.txt"), text));
  }

  private static List<String> texts(List<DocumentPart> parts) {
    return parts.stream().map(DocumentPart::text).toList();
  }

  @Test
  void documentsPartAtLinesThatAreExactlyTheSeparator() throws IOException {
    String text =
        """
        one
        <|endoftext|>
        two <|endoftext|>
        <|endoftext|>\s
         <|endoftext|>
        <|endoftext|>
        three\
        """;

    assertThat(texts(read(1000, text)))
        .containsExactly("one", "two <|endoftext|>\n<|endoftext|> \n <|endoftext|>", "three");
  }

  @Test
  void newlinesAtTheEndsOfADocumentGoAndEmptyDocumentsAreLeftOut() throws IOException {
    String text =
        "<|endoftext|>\n\n\n  one\n\nmore \n\n<|endoftext|>\n\n<|endoftext|>\ntwo\n<|endoftext|>";

    assertThat(read(1000, text))
        .containsExactly(
            new DocumentPart(0, true, "  one\n\nmore "), new DocumentPart(1, true, "two"));
  }

  @Test
  void anEmptyFileHasNoDocument() throws IOException {
    assertThat(read(1000, "")).isEmpty();
    assertThat(read(1000, "\n\n")).isEmpty();
  }

  @Test
  void aFileBeginsADocumentAndGzipIsRead() throws IOException {
    Path plain = Files.writeString(folder.resolve("a.txt"), "one");
    Path packed = gzip("two\n<|endoftext|>\nthree");

    assertThat(texts(read(1000, plain, packed, plain)))
        .containsExactly("one", "two", "three", "one");
  }

  @Test
  void aLongDocumentIsCutBetweenLinesThatEveryPreTokenizerParts() throws IOException {
    String text = "first line\nsecond\n\nthird\n  fourth\nfifth line\nsixth";

    List<DocumentPart> parts = read(30, text);

    assertThat(parts)
        .startsWith(new DocumentPart(0, true, "first line\n"))
        .allSatisfy(part -> assertThat(part.document()).isZero());
    assertThat(String.join("", texts(parts))).isEqualTo(text);
    for (DocumentPart part : parts.subList(1, parts.size())) {
      assertThat(part.first()).isFalse();
      assertThat(part.text()).matches("(?s)\\S.*");
    }
    for (DocumentPart part : parts.subList(0, parts.size() - 1)) {
      assertThat(part.text()).matches("(?s).*\\S\n");
    }
  }

  @Test
  void theSeparatorAfterACutStillEndsTheDocument() throws IOException {
    assertThat(read(10, "word one\nword two\n<|endoftext|>\nnext"))
        .containsExactly(
            new DocumentPart(0, true, "word one\n"),
            new DocumentPart(0, false, "word two"),
            new DocumentPart(1, true, "next"));
  }

  @Test
  void anEndlessLineIsCutBeforeASpaceAndWithoutOneBetweenCharacters() throws IOException {
    int slices = 3 * LineReader.SLICE_CHARS;
    String words = "word ".repeat(slices / 5);
    String emoji = "😀".repeat(slices / 2);

    List<String> wordParts = texts(read(100_000, words));
    assertThat(String.join("", wordParts)).isEqualTo(words);
    assertThat(wordParts).hasSizeGreaterThan(1);
    assertThat(wordParts.subList(1, wordParts.size()))
        .allSatisfy(part -> assertThat(part).startsWith(" word"));
    List<String> emojiParts = texts(read(100_001, emoji));
    assertThat(String.join("", emojiParts)).isEqualTo(emoji);
    assertThat(emojiParts)
        .hasSizeGreaterThan(1)
        .allSatisfy(part -> assertThat(part.codePointAt(0)).isEqualTo(0x1F600));
  }

  @Test
  void linesAcrossTheReadBlocksAreWhole() throws IOException {
    String line = "x".repeat(LineReader.SLICE_CHARS - 3);
    String text = line + "\n<|endoftext|>\n" + line + line + "\n<|endoftext|>\nend";

    assertThat(texts(read(1 << 20, text))).containsExactly(line, line + line, "end");
  }

  @Test
  void textThatIsNotUtf8IsNamed() throws IOException {
    byte[] bytes = "fine\nbroken \u00ff".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(folder.resolve("latin.txt"), bytes);

    assertThatThrownBy(() -> read(1000, file))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("latin.txt is not UTF-8 text");
  }

  @Test
  void aCutGzipFileIsNamed() throws IOException {
    Path whole = gzip("text ".repeat(1000));
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.gz"), Arrays.copyOf(bytes, bytes.length - 9));
    Path none = Files.writeString(folder.resolve("none.gz"), "plain text");

    for (Path file : List.of(cut, none)) {
      assertThatThrownBy(() -> read(1000, file))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining(file + " is not a whole gzip file");
    }
  }

  @Test
  void aCutOrWrongBzip2FileIsNamed() throws IOException {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    try (OutputStream packed = new BZip2CompressorOutputStream(whole)) {
      packed.write("text\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = whole.toByteArray();
    Path good = Files.write(folder.resolve("good.bz2"), bytes);
    assertThat(read(1000, good)).isNotEmpty();
    Path cut = Files.write(folder.resolve("cut.bz2"), Arrays.copyOf(bytes, bytes.length - 9));
    Path none = Files.writeString(folder.resolve("none.bz2"), "plain text");

    for (Path file : List.of(cut, none)) {
      assertThatThrownBy(() -> read(1000, file))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining(file + " is not a whole bzip2 file");
    }
  }

  private Path gzip(String text) throws IOException {
    Path file = folder.resolve("text.txt.gz");
    try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(file))) {
      packed.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }
}
