package circuitscope.app.gui.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.model.OpenModelViewModel.Facts;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.session.ModelSummary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenModelViewModelTest {
  private static final String MODEL = "embedded:gpt2-4l";

  @TempDir Path folder;
  private final TestServices test = new TestServices(new InlineJobs());
  private final OpenModelViewModel open = new OpenModelViewModel(test.services());

  @Test
  void aNamedModelIsDescribedAsModelsShowDoesAndNothingIsLoaded() throws IOException {
    assertThat(open.factsProperty().get()).isInstanceOf(Facts.Nothing.class);
    open.nameProperty().set(" " + MODEL + " ");

    assertThat(open.factsProperty().get())
        .isInstanceOfSatisfying(
            Facts.Read.class,
            read -> {
              assertThat(read.summary()).isEqualTo(summary());
              assertThat(read.freeBytes()).isPositive();
            });
    assertThat(test.services().models().open()).isEmpty();
    open.nameProperty().set("");
    assertThat(open.factsProperty().get()).isInstanceOf(Facts.Nothing.class);
  }

  private static ModelSummary summary() {
    try {
      return ModelSummary.of(MODEL);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theEmbeddedModelIsAmongThoseOfThisMachine() {
    assertThat(open.local()).extracting(local -> local.model()).contains(MODEL);
  }

  @Test
  void whatCannotBeReadIsToldWithItsName() throws IOException {
    Path broken = Files.createDirectory(folder.resolve("broken"));
    Files.writeString(broken.resolve("config.json"), "{\"model_type\": \"gpt2\"}");
    open.nameProperty().set(broken.toString());

    assertThat(open.factsProperty().get())
        .isInstanceOfSatisfying(
            Facts.Unreadable.class,
            unreadable -> {
              assertThat(unreadable.problem().title()).contains(broken.toString());
              assertThat(unreadable.problem().happened()).contains("holds no weights");
            });
  }

  @Test
  void neededMemoryIsThatOfTheChosenPlaceAndFormat() {
    ModelSummary summary = summary();
    open.deviceProperty().set("cpu");
    open.dtypeProperty().set("fp32");
    long whole = open.neededBytes(summary);
    assertThat(whole).isEqualTo(4 * Objects.requireNonNull(summary.parameters()));
    open.deviceProperty().set("cuda:1");
    open.dtypeProperty().set("fp16");
    assertThat(open.neededBytes(summary)).isEqualTo(whole / 2);
    open.deviceProperty().set("cpu");
    assertThat(open.neededBytes(summary)).as("no such choice").isZero();
  }

  @Test
  void theChoiceIsWhatWasTypedWithoutTheBlanks() throws IOException {
    Path mask = Files.createFile(folder.resolve("m.safetensors"));
    open.nameProperty().set(MODEL + " ");
    open.tokenizerProperty().set(" " + folder + " ");
    open.maskProperty().set(mask + ":complement");

    assertThat(open.choice().model()).isEqualTo(MODEL);
    assertThat(open.choice().tokenizer()).isEqualTo(folder);
    assertThat(String.valueOf(open.choice().mask())).contains("m.safetensors");
    open.tokenizerProperty().set("  ");
    assertThat(open.choice().tokenizer()).isNull();
    open.maskProperty().set(folder.resolve("gone.safetensors").toString());
    assertThatThrownBy(open::choice)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("gone.safetensors");
  }
}
