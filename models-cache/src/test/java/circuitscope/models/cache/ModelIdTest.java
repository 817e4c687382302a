package circuitscope.models.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ModelIdTest {
  @TempDir Path folder;

  @Test
  void anExistingFolderIsADirectory() {
    assertThat(ModelId.parse(folder.toString())).isEqualTo(new ModelId.Directory(folder));
  }

  @Test
  void anExistingFileMustBeGguf() throws IOException {
    Path gguf = Files.createFile(folder.resolve("small.gguf"));
    Path weights = Files.createFile(folder.resolve("model.safetensors"));

    assertThat(ModelId.parse(gguf.toString())).isEqualTo(new ModelId.GgufFile(gguf));
    assertThatThrownBy(() -> ModelId.parse(weights.toString()))
        .isInstanceOf(ModelIdException.class)
        .hasMessageContaining("model.safetensors is a file but not a .gguf file")
        .hasMessageContaining("give the folder");
  }

  @Test
  void aRepositoryHasAnOrganisationOrNoneAndPerhapsARevision() {
    assertThat(ModelId.parse("gpt2")).isEqualTo(new ModelId.Hub("gpt2", "main"));
    assertThat(ModelId.parse("EleutherAI/pythia-160m@step1000"))
        .isEqualTo(new ModelId.Hub("EleutherAI/pythia-160m", "step1000"));
    assertThat(ModelId.parse("org/name@refs/pr/3"))
        .isEqualTo(new ModelId.Hub("org/name", "refs/pr/3"));
  }

  @Test
  void randomWeightsNeedAConfigThatExistsAndASeed() throws IOException {
    Path config = Files.createFile(folder.resolve("config.json"));

    assertThat(ModelId.parse("random:" + config + "@-7"))
        .isEqualTo(new ModelId.RandomWeights(config, -7));
    assertThatThrownBy(() -> ModelId.parse("random:" + config))
        .hasMessageContaining("is not random:CONFIG.json@SEED");
    assertThatThrownBy(() -> ModelId.parse("random:absent.json@3"))
        .hasMessageContaining("absent.json@3: no such config file (looked for /");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"./absent", "/absent/model", "absent.gguf", "a/b/c", "~/model", "absent/"})
  void anAbsentPathIsSaidToBeAbsentAndNotSoughtOnTheHub(String text) {
    assertThatThrownBy(() -> ModelId.parse(text))
        .isInstanceOf(ModelIdException.class)
        .hasMessageContaining("no such file or folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "a b",
        "org/na me",
        "org/name@",
        "org/name@../x",
        "org--x/name",
        "embedded:",
        "embedded:../x",
        "org/name@-rf"
      })
  void whatHasNoneOfTheFormsIsRefused(String text) {
    assertThatThrownBy(() -> ModelId.parse(text)).isInstanceOf(ModelIdException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "org/name", "org/name@v1.0", "embedded:gpt2-4l"})
  void theTextOfAnIdParsesToItAgain(String text) {
    assertThat(ModelId.parse(text).text()).isEqualTo(text);
  }
}
