package circuitscope.probes.seed.noise;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Recorder;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Trace;
import java.util.ArrayList;
import java.util.List;

/**
 * The residual stream at the last token of each word.
 *
 * @param layers {@code [layer][word][dModel]}, the embedding first
 */
@SuppressWarnings("ArrayRecordComponent") // read, never compared
record WordStates(float[][][] layers) {

  /** Words end before white space or at the end; each must end with a token. */
  static WordStates of(Model model, Tokenizer tokenizer, int[] tokens) {
    List<Integer> ends = new ArrayList<>();
    for (int i = 1; i < tokens.length; i++) {
      byte[] own = tokenizer.bytes(tokens[i]);
      byte[] next = i + 1 < tokens.length ? tokenizer.bytes(tokens[i + 1]) : new byte[] {' '};
      if (!Character.isWhitespace(own[own.length - 1]) && Character.isWhitespace(next[0])) {
        ends.add(i);
      }
    }
    List<Site> sites = new ArrayList<>(List.of(Site.of(SiteKind.RESID_PRE, 0)));
    sites.addAll(Sites.inEveryLayer(SiteKind.RESID_POST, model.spec()));
    int width = model.spec().dModel();
    float[][][] layers = new float[sites.size()][ends.size()][width];
    try (Trace trace = Recorder.of(model.spec(), sites).record(model, TokenBatch.of(tokens))) {
      for (int layer = 0; layer < layers.length; layer++) {
        float[] stream = trace.values(sites.get(layer)); // [position, dModel]
        for (int word = 0; word < ends.size(); word++) {
          System.arraycopy(stream, ends.get(word) * width, layers[layer][word], 0, width);
        }
      }
    }
    return new WordStates(layers);
  }

  int words() {
    return layers[0].length;
  }

  /**
   * Mean and standard deviation of each dimension over the words of many texts.
   *
   * @return {@code [2][dModel]}
   */
  static double[][] moments(List<WordStates> texts, int layer) {
    int width = texts.getFirst().layers()[layer][0].length;
    double[][] moments = new double[2][width];
    long count = texts.stream().mapToLong(WordStates::words).sum();
    for (WordStates text : texts) {
      for (float[] word : text.layers()[layer]) {
        for (int d = 0; d < width; d++) {
          moments[0][d] += word[d] / count;
          moments[1][d] += (double) word[d] * word[d] / count;
        }
      }
    }
    for (int d = 0; d < width; d++) {
      double variance = moments[1][d] - moments[0][d] * moments[0][d];
      moments[1][d] = Math.sqrt(Math.max(variance, 1e-12));
    }
    return moments;
  }

  /** Cosine of two states, each dimension standardised. */
  static double cosine(float[] a, float[] b, double[][] moments) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int d = 0; d < a.length; d++) {
      double x = (a[d] - moments[0][d]) / moments[1][d];
      double y = (b[d] - moments[0][d]) / moments[1][d];
      ab += x * y;
      aa += x * x;
      bb += y * y;
    }
    return ab / Math.sqrt(aa * bb);
  }
}
