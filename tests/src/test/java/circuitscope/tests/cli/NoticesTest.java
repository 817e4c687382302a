package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say beside their results, and what they refuse before the work. */
final class NoticesTest {
  private static final String TEXT = "The cat sat on the mat.";

  @TempDir Path folder;

  @Test
  void aResultThatWillBeReplacedIsAnnounced() {
    for (String out : new String[] {"folder", "file.safetensors"}) {
      String path = folder.resolve(out).toString();
      Cli first = Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--out", path);
      Cli second = Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--out", path);

      assertThat(first.err()).doesNotContain("holds a result");
      assertThat(second.err()).contains(path + " holds a result already");
      assertThat(second.exitCode()).isZero();
    }
  }

  @Test
  void aTraceThatIsNotWrittenSaysSo() {
    String[] trace = {"trace", "--model", Cli.MODEL, "--text", TEXT, "--sites", "hook_embed"};
    Cli unsaved = Cli.run(trace);

    assertThat(unsaved.exitCode()).isZero();
    assertThat(unsaved.err()).contains("nothing was saved; --out FILE.safetensors");
  }

  @Test
  void filesAreLookedForBeforeTheModel() throws IOException {
    Cli absent = Cli.run("loss", "--model", "no/model-of-this-name", "--file", "absent.txt");
    assertThat(absent.exitCode()).isEqualTo(2);
    assertThat(absent.err()).contains("absent.txt: no such file");

    Path taken = Files.createFile(folder.resolve("taken"));
    Cli unwritable =
        Cli.run("loss", "--model", "no/model", "--text", TEXT, "--out", taken.toString());
    assertThat(unwritable.err()).contains(taken + " is a file; results need a folder");
  }

  @Test
  void aFormatThatACpuLacksIsRefusedWithItsOwnReason() {
    Cli tf32 =
        Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--dtype", "tf32", "--device", "cpu");
    assertThat(tf32.exitCode()).isEqualTo(2);
    assertThat(tf32.err()).contains("mode of NVIDIA's matrix units").doesNotContain("1,000");

    Cli fp16 =
        Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--dtype", "fp16", "--device", "cpu");
    assertThat(fp16.err()).contains("1,000 times slower");
  }

  @Test
  void generatingBeyondTheLearnedPositionsIsRefusedWithWhatIsPossible() throws IOException {
    String[] asked = {"generate", "--model", Cli.MODEL, "--text", "It is", "--json"};
    Cli beyond = Cli.run(with(asked, "--max-tokens", "512"));

    assertThat(beyond.exitCode()).isEqualTo(2);
    assertThat(beyond.err()).contains("512 positions").contains("at most 511");
    JsonNode within = Cli.run(with(asked, "--max-tokens", "3")).json();
    assertThat(within.path("prompt_ids")).hasSize(2);
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }

  @Test
  void whatWasNotReadIsCountedOrSaidToBeUncounted() throws IOException {
    Path book = folder.resolve("book.txt");
    Files.writeString(book, (TEXT + " ").repeat(100));
    String[] loss = {
      "loss", "--model", Cli.MODEL, "--file", book.toString(), "--context", "32", "--json"
    };
    JsonNode whole = Cli.run(loss).json().path("input");
    JsonNode begun = Cli.run(with(loss, "--max-windows", "2")).json().path("input");
    long windows = whole.path("windows").asLong();
    JsonNode justAll =
        Cli.run(with(loss, "--max-windows", Long.toString(windows))).json().path("input");

    assertThat(begun.path("windows").asInt()).isEqualTo(2);
    assertThat(begun.has("left_out")).isFalse();
    assertThat(whole.path("left_out").asInt()).isBetween(0, 31);
    assertThat(justAll).isEqualTo(whole);
  }
}
