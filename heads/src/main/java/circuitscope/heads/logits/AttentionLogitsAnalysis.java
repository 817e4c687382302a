package circuitscope.heads.logits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TextWindows;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.model.Positions;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Average attention logits: scaled, soft-capped scores before the softmax, averaged over short
 * sentences (Xiao et al. 2023, "Efficient Streaming Language Models with Attention Sinks", figure
 * 2: 256 sentences of 16 tokens).
 *
 * <p>The softmax does not see what is added to all logits of a query. So logits are known but for a
 * number a query, which position schemes choose freely; {@code --centred} takes each query's mean
 * off. What a query does not see has no logit.
 */
public final class AttentionLogitsAnalysis
    implements Analysis<AttentionLogitsAnalysis.Parameters, AttentionLogits> {
  private static final int SHOWN = 8;

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Sentences at most", byDefault = "256", min = 2, unit = "sentences")
          int sentences,
      @Param(help = "Tokens a sentence", byDefault = "16", min = 4, max = 256, unit = "tokens")
          int length,
      @Param(
              help = "Heads drawn large, such as L3H1,L2H0; without it head 0 of up to 8 layers",
              optional = true)
          List<String> heads,
      @Param(help = "Take the mean of each query's logits off", byDefault = "false")
          boolean centred,
      @Param(help = "Sentences run at once", byDefault = "32", min = 1, unit = "sentences")
          int batch) {

    public Parameters {
      heads.forEach(HeadName::parse);
    }
  }

  @Override
  public String id() {
    return "heads.logits";
  }

  @Override
  public String title() {
    return "Attention logits";
  }

  @Override
  public String description() {
    return "Average attention logits of every head over short sentences, before the softmax (Xiao"
        + " et al. 2023, figure 2).";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --file book.txt --out logits";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.REQUIRED;
  }

  @Override
  public AttentionLogits run(Subject subject, Parameters p, Progress progress) {
    DecoderSpec spec = subject.model().spec();
    List<HeadName> shown = shown(p, spec);
    TextWindows text = TextWindows.read(subject, p.length(), p.sentences());
    int[][] rows = text.rows();
    int layers = spec.layers();
    int heads = spec.attention().heads();
    int cells = p.length() * p.length();
    double[] sums = new double[layers * heads * cells];
    Taps adder = new Adder(sums, heads * cells, p.centred());
    progress.begin(rows.length, "sentences");
    for (int from = 0; from < rows.length; from += p.batch()) {
      int[][] part = Arrays.copyOfRange(rows, from, Math.min(rows.length, from + p.batch()));
      subject.model().run(TokenBatch.of(part), adder);
      progress.advance(part.length);
    }
    float[] logits = new float[sums.length];
    for (int i = 0; i < logits.length; i++) {
      // -∞ stands where a query does not see a key
      logits[i] = Double.isInfinite(sums[i]) ? Float.NaN : (float) (sums[i] / rows.length);
    }
    List<AttentionLogits.Head> reduced = new ArrayList<>();
    for (HeadName head : HeadName.all(spec)) {
      reduced.add(reduce(head, logits, (head.layer() * heads + head.head()) * cells, p.length()));
    }
    return new AttentionLogits(
        reduced,
        p.length(),
        rows.length,
        protocol(p, spec),
        text.read(),
        shown,
        layers,
        heads,
        logits);
  }

  private static List<HeadName> shown(Parameters p, DecoderSpec spec) {
    if (!p.heads().isEmpty()) {
      return p.heads().stream().map(HeadName::parse).map(head -> head.checked(spec)).toList();
    }
    int some = Math.min(SHOWN, spec.layers());
    return IntStream.range(0, some)
        .map(i -> some == 1 ? 0 : Math.round((float) i * (spec.layers() - 1) / (some - 1)))
        .mapToObj(layer -> new HeadName(layer, 0))
        .toList();
  }

  /** Adds up scores over sentences, layer by layer; none are kept. */
  private record Adder(double[] sums, int ofLayer, boolean centred) implements Taps {
    @Override
    public boolean wants(Site site) {
      return site.kind() == SiteKind.ATTN_SCORES;
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      float[] scores = value.toType(DataType.FLOAT32, false).toFloatArray(); // [row, head, q, k]
      int length = Math.toIntExact(value.getShape().get(3));
      if (centred) {
        centre(scores, length);
      }
      for (int i = 0; i < scores.length; i++) {
        sums[site.layer() * ofLayer + i % ofLayer] += scores[i];
      }
      return value;
    }

    private static void centre(float[] scores, int length) {
      for (int from = 0; from < scores.length; from += length) {
        double sum = 0;
        int seen = 0;
        for (int key = 0; key < length; key++) {
          if (!Float.isInfinite(scores[from + key])) {
            sum += scores[from + key];
            seen++;
          }
        }
        for (int key = 0; key < length; key++) {
          scores[from + key] -= (float) (sum / seen);
        }
      }
    }
  }

  private static AttentionLogits.Head reduce(HeadName head, float[] logits, int from, int length) {
    double[] above = new double[3];
    int[] counts = new int[3];
    for (int query = 2; query < length; query++) {
      int row = from + query * length;
      int[] keys = {0, query - 1, query};
      for (int i = 0; i < keys.length; i++) {
        double others = 0;
        int seen = 0;
        for (int key = 0; key <= query; key++) {
          if (key != keys[i] && !Float.isNaN(logits[row + key])) {
            others += logits[row + key];
            seen++;
          }
        }
        if (seen > 0 && !Float.isNaN(logits[row + keys[i]])) {
          above[i] += logits[row + keys[i]] - others / seen;
          counts[i]++;
        }
      }
    }
    return new AttentionLogits.Head(
        head.toString(), above[0] / counts[0], above[1] / counts[1], above[2] / counts[2]);
  }

  private static Map<String, Object> protocol(Parameters p, DecoderSpec spec) {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "xiao-attention-logits/1");
    protocol.put("logits", "scaled and soft-capped scores before the softmax, mean over sentences");
    protocol.put("sentences", "disjoint windows of %d tokens of the text".formatted(p.length()));
    protocol.put("unseen", "NaN: future keys, and keys before a sliding window");
    protocol.put("centred", p.centred());
    if (spec.positions() instanceof Positions.Alibi) {
      protocol.put(
          "alibi",
          "slope times key position is added, which is -slope times distance but for a"
              + " number a query; compare within a query, or use centred");
    }
    return protocol;
  }
}
