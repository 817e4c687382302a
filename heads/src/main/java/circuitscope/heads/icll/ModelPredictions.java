package circuitscope.heads.icll;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model says of each position of an example, restricted to the symbols.
 *
 * @param symbols {@code [position][symbol]}, sharing out 1; empty where nothing stands before
 * @param mass {@code [position]} probability of all symbols together before that
 * @param separatorMass {@code [position]} probability of the separator
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record ModelPredictions(double[][] symbols, double[] mass, double[] separatorMass) {

  /** One for each example. */
  static List<ModelPredictions> of(
      Model model, Taps taps, Languages languages, int batch, Progress progress) {
    List<ModelPredictions> predictions = new ArrayList<>();
    int count = languages.tokens().size();
    progress.begin(count, "languages");
    for (int from = 0; from < count; from += batch) {
      List<int[]> rows = languages.tokens().subList(from, Math.min(count, from + batch));
      TokenBatch tokens = TokenBatch.of(rows);
      float[] chosen = chosen(model, taps, tokens, languages.symbols());
      int columns = languages.symbols().symbols().length + 1;
      int rowValues = tokens.positions() * columns;
      for (int row = 0; row < rows.size(); row++) {
        float[] one = Arrays.copyOfRange(chosen, row * rowValues, (row + 1) * rowValues);
        int length = languages.examples().get(from + row).strings().length();
        predictions.add(read(one, columns, length, languages.symbols().before()));
      }
      progress.advance(rows.size());
    }
    return predictions;
  }

  /** Probabilities of the symbols and last the separator, {@code [batch, position, symbol + 1]}. */
  private static float[] chosen(Model model, Taps taps, TokenBatch tokens, SymbolTokens symbols) {
    try (NDManager scope = model.newManager()) {
      NDArray logits = model.logits(tokens, taps, null, scope).toType(DataType.FLOAT32, false);
      long[] ids =
          IntStream.concat(Arrays.stream(symbols.symbols()), IntStream.of(symbols.separator()))
              .asLongStream()
              .toArray();
      return logits.softmax(-1).get(new NDIndex(":, :, {}", scope.create(ids))).toFloatArray();
    }
  }

  private static ModelPredictions read(float[] chosen, int columns, int length, int before) {
    double[][] symbols = new double[length][];
    double[] mass = new double[length];
    double[] separatorMass = new double[length];
    symbols[0] = new double[0];
    for (int i = 1; i < length; i++) {
      int at = (i - 1 + before) * columns;
      double[] values = new double[columns - 1];
      for (int symbol = 0; symbol < values.length; symbol++) {
        values[symbol] = chosen[at + symbol];
      }
      mass[i] = Arrays.stream(values).sum();
      separatorMass[i] = chosen[at + columns - 1];
      symbols[i] = Distances.normalised(values);
    }
    return new ModelPredictions(symbols, mass, separatorMass);
  }
}
