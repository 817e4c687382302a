package circuitscope.models.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HfConfigTest {
  @TempDir Path folder;

  private HfConfig read(String json) throws IOException {
    return HfConfig.read(Files.writeString(folder.resolve("config.json"), json));
  }

  private void assertRefused(ThrowingCallable action, String message) {
    assertThatThrownBy(action)
        .isInstanceOf(CheckpointException.class)
        .hasMessage(folder.resolve("config.json") + ": " + message);
  }

  @Test
  void theFirstKeyThatIsPresentAndNotNullDecides() throws IOException {
    HfConfig config = read("{\"n_inner\":null,\"intermediate_size\":8,\"ffn\":9}");
    assertThat(config.intValue("n_inner", "intermediate_size", "ffn")).isEqualTo(8);
    assertThat(config.intOr(7, "n_inner")).isEqualTo(7);
    assertThat(config.has("n_inner")).isFalse();
    assertThat(config.has("ffn")).isTrue();
  }

  @Test
  void valuesOfEveryKindAreRead() throws IOException {
    HfConfig config =
        read(
            """
            {"model_type":"llama","eps":1e-5,"n":2048.0,"tie":true,"act":"gelu","theta":10000,
             "rope":{"type":"yarn","factor":4},"kinds":["a","b"],"long":[1,2.5],"limit":Infinity}
            """);
    assertThat(config.modelType()).isEqualTo("llama");
    assertThat(config.doubleValue("eps")).isEqualTo(1e-5);
    assertThat(config.doubleOr(1, "theta")).isEqualTo(10000);
    assertThat(config.doubleOr(1, "none")).isEqualTo(1);
    assertThat(config.intValue("n")).isEqualTo(2048);
    assertThat(config.boolOr(false, "tie")).isTrue();
    assertThat(config.stringOr("relu", "act")).isEqualTo("gelu");
    assertThat(config.stringOr("relu", "none")).isEqualTo("relu");
    assertThat(config.object("rope").orElseThrow().intValue("factor")).isEqualTo(4);
    assertThat(config.object("none")).isEmpty();
    assertThat(config.strings("kinds")).containsExactly("a", "b");
    assertThat(config.doubles("long")).containsExactly(1.0, 2.5);
    assertThat(config.doubles("none")).isEmpty();
    assertThat(config.doubleValue("limit")).isInfinite();
  }

  @Test
  void anErrorNamesTheFileTheKeyWhatWasReadAndWhatWasExpected() throws IOException {
    HfConfig config =
        read(
            "{\"n\":\"12\",\"x\":1.5,\"rope\":{\"factor\":\"4\"},\"big\":3000000000,\"l\":[1,\"a\"]}");
    assertRefused(() -> config.intValue("n"), "'n' is \"12\", expected an integer");
    assertRefused(() -> config.intValue("x"), "'x' is 1.5, expected an integer");
    assertRefused(() -> config.intValue("big"), "'big' is 3000000000, expected an integer");
    assertRefused(() -> config.boolOr(true, "n"), "'n' is \"12\", expected true or false");
    assertRefused(() -> config.object("n"), "'n' is \"12\", expected an object");
    assertRefused(() -> config.doubles("l"), "'l' is [1,\"a\"], expected a list of numbers");
    assertRefused(config::modelType, "'model_type' is missing, expected a model family");
    assertRefused(
        () -> config.intValue("n_layer", "num_layers", "layers"),
        "'n_layer' is missing, expected an integer (or num_layers, layers)");
    assertRefused(
        () -> config.object("rope").orElseThrow().doubleValue("factor"),
        "'rope.factor' is \"4\", expected a number");
  }

  @Test
  void whatIsNoJsonObjectIsRefused() {
    assertThatThrownBy(() -> read("{\"a\":1,\"a\":2}")).hasMessageContaining("Duplicate field 'a'");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("is not a JSON object");
    assertThatThrownBy(() -> read("")).hasMessageContaining("is not a JSON object");
    assertThatThrownBy(() -> read("{\"a\":1} x")).hasMessageContaining("is not valid JSON");
    assertThatThrownBy(() -> read("[".repeat(5000))).hasMessageContaining("is not valid JSON");
    assertThatThrownBy(() -> HfConfig.read(folder.resolve("none.json")))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("none.json: cannot be read");
  }
}
