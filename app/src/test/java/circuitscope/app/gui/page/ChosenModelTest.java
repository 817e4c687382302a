package circuitscope.app.gui.page;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.model.Models;
import circuitscope.app.session.ModelChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChosenModelTest {
  private static final Path EMBEDDED = Path.of("../models-cache/embedded/gpt2-4l");

  @TempDir Path folder;
  private final TestServices test = new TestServices(new InlineJobs());
  private final Models models = test.services().models();
  private final ChosenModel chosen = new ChosenModel(test.services());

  @AfterEach
  void unload() {
    models.open().stream().toList().forEach(models::unload);
  }

  private LoadedModel open(String name) throws IOException {
    Path link = Files.createSymbolicLink(folder.resolve(name), EMBEDDED.toRealPath());
    models.open(new ModelChoice(link.toString(), null, "cpu", "fp32"));
    return models.open().getLast();
  }

  @Test
  void thePreferredModelIsTakenThoughAnotherOpensFirst() throws IOException {
    chosen.prefer("wanted");
    LoadedModel other = open("other");
    assertThat(chosen.get()).isEqualTo(other);
    LoadedModel wanted = open("wanted");
    assertThat(chosen.get()).isEqualTo(wanted);
  }

  @Test
  void whatTheUserChoosesMeanwhileStays() throws IOException {
    LoadedModel first = open("first");
    chosen.prefer("wanted");
    LoadedModel second = open("second");
    assertThat(chosen.get()).isEqualTo(first);
    chosen.modelProperty().set(second);
    open("wanted");
    assertThat(chosen.get()).isEqualTo(second);
  }
}
