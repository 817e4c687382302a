package circuitscope.models.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedModelsTest {
  @TempDir Path folder;

  @Test
  void theCheckpointAndTheTextAreFiles() throws IOException {
    Path model = new ModelCache(new HubCache(folder)).resolve(ModelId.parse("embedded:gpt2-4l"));

    assertThat(EmbeddedModels.list()).containsExactly("gpt2-4l");
    assertThat(model.resolve("config.json")).isNotEmptyFile();
    assertThat(model.resolve("tokenizer.json")).isNotEmptyFile();
    assertThat(EmbeddedModels.text()).isNotEmptyFile();
  }

  @Test
  void theWeightsAreCopiedByteForByte() throws IOException {
    assertThat(EmbeddedModels.directory("gpt2-4l").resolve("model.safetensors"))
        .hasSameBinaryContentAs(Path.of("embedded/gpt2-4l/model.safetensors"));
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> EmbeddedModels.directory("gpt5"))
        .isInstanceOf(ModelNotFoundException.class)
        .hasMessageContaining("embedded:gpt5 does not exist; this build ships [gpt2-4l]");
  }

  @Test
  void fromAJarTheyAreUnpackedOnce() throws IOException {
    try (URLClassLoader loader = jar("first")) {
      Path root = new EmbeddedFiles(loader, folder.resolve("cache")).root();
      Path config = root.resolve("tiny/config.json");
      assertThat(config).hasContent("first");

      Object before = Files.getAttribute(config, "creationTime");
      EmbeddedFiles again = new EmbeddedFiles(loader, folder.resolve("cache"));
      assertThat(again.root()).isEqualTo(root);
      assertThat(again.models()).containsExactly("tiny");
      assertThat(Files.getAttribute(config, "creationTime")).isEqualTo(before);
      try (Stream<Path> beside = Files.list(root.getParent())) {
        assertThat(beside).containsExactly(root);
      }
    }
  }

  @Test
  void aDamagedCopyIsReplacedAndAnotherBuildUnpacksBeside() throws IOException {
    try (URLClassLoader loader = jar("first");
        URLClassLoader otherLoader = jar("other")) {
      Path root = new EmbeddedFiles(loader, folder.resolve("cache")).root();
      Files.writeString(root.resolve("tiny/config.json"), "cut");

      assertThat(new EmbeddedFiles(loader, folder.resolve("cache")).root()).isEqualTo(root);
      assertThat(root.resolve("tiny/config.json")).hasContent("first");
      assertThat(new EmbeddedFiles(otherLoader, folder.resolve("cache")).root()).isNotEqualTo(root);
    }
  }

  private URLClassLoader jar(String config) throws IOException {
    Path jar = folder.resolve(config + ".jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      for (String name : new String[] {"embedded/README.md", "embedded/tiny/config.json"}) {
        entries.putNextEntry(new JarEntry(name));
        entries.write(config.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        entries.closeEntry();
      }
    }
    return new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
  }
}
