package circuitscope.probes.geometry;

import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Rotations by state of the stream: 0 is what enters the first layer.
 *
 * @param inputDegrees {@code [state]} median angle of the map to the current token's embedding
 * @param outputDegrees {@code [state]} median angle of the map to the last state
 * @param tokens that were summed
 * @param dropped tokens left out because a value was not finite
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record RotationResult(
    double[] inputDegrees,
    double[] outputDegrees,
    double[][] similarity,
    long tokens,
    long dropped,
    TokensRead input,
    @JsonIgnore StreamGeometry geometry)
    implements Result {

  static RotationResult of(StreamGeometry geometry, TokensRead read) {
    return new RotationResult(
        StreamGeometry.degrees(geometry.toInput()),
        StreamGeometry.degrees(geometry.toOutput()),
        geometry.similarity(),
        geometry.tokens(),
        geometry.dropped(),
        read,
        geometry);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder("after layer   to input   to output (median degrees)\n");
    for (int state = 0; state < inputDegrees.length; state++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%11d %10.2f %11.2f%n",
              state,
              inputDegrees[state],
              outputDegrees[state]));
    }
    return text.append(String.format(Locale.ROOT, "over %,d tokens%n", tokens)).toString();
  }

  @Override
  public Map<String, Object> protocol() {
    return StreamFigures.protocol();
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return StreamFigures.figures(Map.of("model", geometry));
  }

  @Override
  public List<DataTable> tables() {
    return StreamFigures.tables(Map.of("model", geometry));
  }

  @Override
  public List<TensorSource> tensors() {
    return StreamFigures.tensors(Map.of("model", geometry));
  }
}
