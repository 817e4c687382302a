package circuitscope.subnetworks.stream;

import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.geometry.StreamFigures;
import circuitscope.probes.geometry.StreamGeometry;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.viz.figure.Figure;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The stream's geometry of the full model, the subnetwork, its complement and a random control.
 *
 * @param active weights that the subnetwork keeps, out of {@code total}
 * @param models by name, in that order
 */
public record StreamResult(
    String mask,
    long active,
    long total,
    long seed,
    Map<String, Variant> models,
    TokensRead input,
    @JsonIgnore Map<String, StreamGeometry> geometries)
    implements Result {

  /**
   * One of the models.
   *
   * @param inputDegrees {@code [state]} median angle of the map to the current token's embedding
   * @param outputDegrees {@code [state]} median angle of the map to the last state
   * @param firstLayerChange by how much the angle to the output changes over the first layer,
   *     degrees
   * @param firstSimilarity mean similarity of state 0 to the others
   * @param tokens that were summed
   * @param dropped tokens left out because a value was not finite
   */
  @SuppressWarnings("ArrayRecordComponent") // read once, never compared
  public record Variant(
      double[] inputDegrees,
      double[] outputDegrees,
      double firstLayerChange,
      double firstSimilarity,
      double[][] similarity,
      long tokens,
      long dropped) {

    static Variant of(StreamGeometry geometry) {
      double[] output = StreamGeometry.degrees(geometry.toOutput());
      return new Variant(
          StreamGeometry.degrees(geometry.toInput()),
          output,
          output[0] - output[1],
          geometry.firstToOthers(),
          geometry.similarity(),
          geometry.tokens(),
          geometry.dropped());
    }
  }

  static StreamResult of(
      StreamAnalysis.Parameters p,
      Mask mask,
      Map<String, StreamGeometry> geometries,
      TokensRead read) {
    Map<String, Variant> models = new LinkedHashMap<>();
    geometries.forEach((name, geometry) -> models.put(name, Variant.of(geometry)));
    return new StreamResult(
        p.mask(), mask.active(), mask.total(), p.seed(), models, read, geometries);
  }

  @Override
  public String summary() {
    StringBuilder text = new StringBuilder("median degrees after each layer (0: before the first)");
    models.forEach(
        (name, variant) -> {
          text.append(String.format(Locale.ROOT, "%n%-15s to input ", name));
          for (double degrees : variant.inputDegrees()) {
            text.append(String.format(Locale.ROOT, " %6.2f", degrees));
          }
          text.append(String.format(Locale.ROOT, "%n%-15s to output", ""));
          for (double degrees : variant.outputDegrees()) {
            text.append(String.format(Locale.ROOT, " %6.2f", degrees));
          }
          text.append(
              String.format(
                  Locale.ROOT,
                  "%n%-15s covariance before the first layer resembles the others by %.3f",
                  "",
                  variant.firstSimilarity()));
        });
    return text.append(System.lineSeparator()).toString();
  }

  @Override
  public Map<String, Object> protocol() {
    Map<String, Object> protocol = StreamFigures.protocol();
    protocol.put("random control", "as many weights of each stored matrix");
    return protocol;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public List<Figure> figures() {
    return StreamFigures.figures(geometries);
  }

  @Override
  public List<DataTable> tables() {
    return StreamFigures.tables(geometries);
  }

  @Override
  public List<TensorSource> tensors() {
    return StreamFigures.tensors(geometries);
  }
}
