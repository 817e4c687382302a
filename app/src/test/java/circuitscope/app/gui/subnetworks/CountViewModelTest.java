package circuitscope.app.gui.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.page.RunState;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.corpus.Corpus;
import circuitscope.probes.ngram.NgramCounter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CountViewModelTest {
  private static final long MEGABYTES_20 = 20L << 20;

  @TempDir Path folder;
  private final OpenEmbedded embedded = new OpenEmbedded();
  private final CountViewModel page = new CountViewModel(embedded.services());
  private Path text;

  @BeforeEach
  void write() throws IOException {
    text = folder.resolve("text.jsonl");
    Files.writeString(text, "{\"body\": \"the cat sat on the mat\"}\n".repeat(50));
    page.input().files().add(text);
    page.parameters().field("length").textProperty().set("8");
    page.parameters().field("order").textProperty().set("3");
    page.parameters().field("field").textProperty().set("body");
    page.parameters().field("memory").textProperty().set("20");
  }

  @AfterEach
  void close() {
    page.close();
    embedded.close();
  }

  @Test
  void countsAreThoseOfTheCommandLine() throws IOException {
    assertThat(page.runnable().get()).as("without a file to write").isFalse();
    page.outProperty().set(folder.resolve("page.counts").toString());
    assertThat(page.runnable().get()).isTrue();
    page.run();

    assertThat(page.runner().state().shown()).isPresent();
    Path own = folder.resolve("own.counts");
    Tokenizer tokenizer = Objects.requireNonNull(embedded.opened().tokenizer());
    NgramCounter.count(
        new NgramCounter.Plan(new Corpus(List.of(text), "body"), 3, 8, own, MEGABYTES_20, 1, false),
        tokenizer,
        Progress.silent());
    assertThat(folder.resolve("page.counts")).hasSameBinaryContentAs(own);
  }

  @Test
  void theCommandHasWhatWasChosen() {
    page.outProperty().set(" my.counts ");
    page.parameters().field("resume").textProperty().set("true");
    page.copyCommand();
    assertThat(embedded.test().copied())
        .containsExactly(
            "circuitscope bigrams count --model embedded:gpt2-4l --file %s --length 8 --order 3 --field body --memory 20m --resume --out my.counts"
                .formatted(text));
  }

  @Test
  void whatCannotBeCountedIsToldAndNothingIsWritten() {
    Path out = folder.resolve("page.counts");
    page.outProperty().set(out.toString());
    page.parameters().field("field").textProperty().set("no-such");
    page.run();
    assertThat(page.runner().state())
        .isInstanceOfSatisfying(
            RunState.Failed.class,
            failed -> assertThat(failed.problem().happened()).contains("no-such"));
    assertThat(out).doesNotExist();
  }

  @Test
  void aStoredPageComesBack() {
    page.outProperty().set("my.counts");
    CountViewModel again = new CountViewModel(embedded.services());
    again.restore(page.state());
    assertThat(again.state()).isEqualTo(page.state());
    assertThat(again.input().files()).containsExactly(text);
    again.close();
  }
}
