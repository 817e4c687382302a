package circuitscope.models.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CacheLocationsTest {
  private static final Path HOME = Path.of("/home/ada");

  private static Path hub(Map<String, String> environment) {
    return CacheLocations.of(environment, HOME).hub();
  }

  @Test
  void theHubCacheIsFoundInTheOrderOfHuggingFacesOwnTools() {
    Map<String, String> all =
        Map.of(
            "HF_HUB_CACHE", "/1",
            "HUGGINGFACE_HUB_CACHE", "/2",
            "HF_HOME", "/3",
            "XDG_CACHE_HOME", "/4");
    assertThat(hub(all)).isEqualTo(Path.of("/1"));
    assertThat(hub(Map.of("HUGGINGFACE_HUB_CACHE", "/2", "HF_HOME", "/3")))
        .isEqualTo(Path.of("/2"));
    assertThat(hub(Map.of("HF_HOME", "/3", "XDG_CACHE_HOME", "/4"))).isEqualTo(Path.of("/3/hub"));
    assertThat(hub(Map.of("XDG_CACHE_HOME", "/4"))).isEqualTo(Path.of("/4/huggingface/hub"));
    assertThat(hub(Map.of())).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
  }

  @Test
  void anEmptyVariableIsAnUnsetOneAndATildeIsTheHome() {
    assertThat(hub(Map.of("HF_HUB_CACHE", "", "HF_HOME", "~/hf")))
        .isEqualTo(HOME.resolve("hf/hub"));
  }

  @Test
  void theTokenAndTheProductHaveTheirOwnPlaces() {
    CacheLocations locations = CacheLocations.of(Map.of("HF_HOME", "/hf"), HOME);

    assertThat(locations.hubToken()).isEqualTo(Path.of("/hf/token"));
    assertThat(locations.product()).isEqualTo(HOME.resolve(".cache/circuitscope"));
  }
}
