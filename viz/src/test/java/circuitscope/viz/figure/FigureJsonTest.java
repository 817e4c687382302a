package circuitscope.viz.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import circuitscope.viz.Samples;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FigureJsonTest {

  static List<Figure> figures() {
    return Samples.all();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void everyKindIsReadBackAsItWas(Figure figure) throws IOException {
    String json = FigureJson.write(figure);

    Figure readBack = FigureJson.read(json, "memory");

    assertThat(readBack).isEqualTo(figure);
    assertThat(FigureJson.write(readBack)).isEqualTo(json);
  }

  @Test
  void everyPermittedKindHasASample() {
    assertThat(figures().stream().map(Object::getClass).collect(Collectors.toSet()))
        .isEqualTo(Set.of(Figure.class.getPermittedSubclasses()));
  }

  @Test
  void aStoredFigureWhoseShapesDoNotFitIsRefusedByName() {
    String json = FigureJson.write(Samples.attention()).replace("\"rows\":24", "\"rows\":23");

    assertThatThrownBy(() -> FigureJson.read(json, "attention.json"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("attention.json")
        .hasMessageContaining("23 × 24 and 576 values");
  }

  @Test
  void anUnknownKindAndAnUnknownPropertyAreErrors() {
    String json = FigureJson.write(Samples.table());

    assertThatThrownBy(() -> FigureJson.read(json.replace("\"table\"", "\"pie\""), "x.json"))
        .hasMessageContaining("pie");
    assertThatThrownBy(() -> FigureJson.read(json.replace("\"align\"", "\"aline\""), "x.json"))
        .hasMessageContaining("aline");
  }

  @Test
  void aNewerVersionIsRefused() {
    String json = FigureJson.write(Samples.table()).replace("\"version\":1", "\"version\":2");

    assertThatThrownBy(() -> FigureJson.read(json, "x.json")).hasMessageContaining("version 2");
  }
}
