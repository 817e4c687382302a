package circuitscope.heads.ngram;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.heads.OrdinaryTokens;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Gradients;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Sites;
import circuitscope.probes.trace.Taps;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A static n-gram attention layer put into a frozen model's residual stream, and its training.
 *
 * <p>Before layer L the stream x becomes {@code x + Σ_m (A_m x̂) W0_m + x̂ W1 + b}, with A_m the
 * attention of m matched tokens ({@link NgramAttention}) and x̂ the stream at mean 0 and variance
 * 1, as a layer would read it (Akyürek et al. 2024 put theirs behind a norm as well). All weights
 * begin at 0, so that nothing changes before training; they are trained by Adam (Kingma and Ba
 * 2015) on the cross-entropy of the next token.
 */
public final class NgramLayer implements AutoCloseable {
  private static final double BETA_1 = 0.9;
  private static final double BETA_2 = 0.999;
  private static final double EPSILON = 1e-8;
  private static final double NORM_EPSILON = 1e-5;

  private final Model model;
  private final Site site;
  private final List<Integer> matched;
  private final @Nullable RandomGenerator control;
  private final NDManager manager;
  private final NDList weights = new NDList(); // W0 of each m [dModel, dModel], W1, b [dModel]
  private final NDList first = new NDList();
  private final NDList second = new NDList();
  private int steps;

  /**
   * A layer that does nothing yet.
   *
   * @param matched numbers of matched tokens, n−1
   * @param controlSeed when given, the attention goes to keys drawn at random, as many
   * @throws IllegalArgumentException for half precision
   */
  public NgramLayer(Model model, int layer, List<Integer> matched, @Nullable Long controlSeed) {
    if (model.precision() == Precision.FP16) {
      throw new IllegalArgumentException(
          "an n-gram layer cannot be trained in fp16, where small gradients vanish; use --dtype"
              + " fp32 or tf32");
    }
    this.model = model;
    this.site = Sites.checked(Site.of(SiteKind.RESID_PRE, layer), model.spec());
    this.matched = List.copyOf(matched);
    this.control = controlSeed == null ? null : OrdinaryTokens.random(controlSeed);
    this.manager = model.newManager();
    int dModel = model.spec().dModel();
    for (int i = 0; i <= matched.size() + 1; i++) {
      Shape shape = i <= matched.size() ? new Shape(dModel, dModel) : new Shape(dModel);
      for (NDList list : List.of(weights, first, second)) {
        list.add(manager.zeros(shape, DataType.FLOAT32));
      }
    }
  }

  /** Sets the weights, {@code [matrix or bias][value]} row-major. */
  public void set(float[][] values) {
    for (int i = 0; i < values.length; i++) {
      NDArray weight = weights.get(i);
      try (NDArray wanted = manager.create(values[i], weight.getShape())) {
        weight.muli(0).addi(wanted);
      }
    }
  }

  /** The weights, {@code [matrix or bias][value]} row-major. */
  public float[][] values() {
    return weights.stream().map(NDArray::toFloatArray).toArray(float[][]::new);
  }

  /** Loss of each token, as {@link Model#tokenLosses}, with the layer in place. */
  public float[][] tokenLosses(int[][] rows) {
    try (NDManager scope = manager.newSubManager()) {
      return model.tokenLosses(TokenBatch.of(rows), taps(weights, attention(rows, scope)));
    }
  }

  /**
   * One step of Adam.
   *
   * @param learningRate of this step
   * @return the loss before it, in nats a token
   */
  public float step(int[][] rows, double learningRate) {
    try (NDManager scope = manager.newSubManager()) {
      NDList leaves = leaves(scope);
      float loss = backward(rows, leaves, scope);
      steps++;
      for (int i = 0; i < weights.size(); i++) {
        update(i, leaves.get(i).getGradient(), learningRate, scope);
      }
      return loss;
    }
  }

  /** The gradient of the loss by each weight, {@code [matrix or bias][value]}. */
  public float[][] gradients(int[][] rows) {
    try (NDManager scope = manager.newSubManager()) {
      NDList leaves = leaves(scope);
      backward(rows, leaves, scope);
      return leaves.stream().map(leaf -> leaf.getGradient().toFloatArray()).toArray(float[][]::new);
    }
  }

  private NDList leaves(NDManager scope) {
    NDList leaves = new NDList();
    for (NDArray weight : weights) {
      NDArray leaf = weight.duplicate();
      leaf.attach(scope);
      leaf.setRequiresGradient(true);
      leaves.add(leaf);
    }
    return leaves;
  }

  private float backward(int[][] rows, NDList leaves, NDManager scope) {
    TokenBatch tokens = TokenBatch.of(rows);
    NDList attention = attention(rows, scope);
    return Gradients.backward(
        () -> loss(model.logits(tokens, taps(leaves, attention), null, scope), rows, scope));
  }

  private static NDArray loss(NDArray logits, int[][] rows, NDManager scope) {
    int positions = rows[0].length;
    long[] targets = new long[rows.length * (positions - 1)];
    int next = 0;
    for (int[] row : rows) {
      for (int i = 1; i < positions; i++) {
        targets[next++] = row[i];
      }
    }
    NDArray target = scope.create(targets, new Shape(targets.length, 1));
    return logits
        .get(new NDIndex(":, :{}, :", positions - 1))
        .reshape(targets.length, logits.getShape().get(2))
        .logSoftmax(-1)
        .gather(target, 1)
        .mean()
        .neg();
  }

  private NDList attention(int[][] rows, NDManager scope) {
    NDList attention = new NDList();
    Shape shape = new Shape(rows.length, rows[0].length, rows[0].length);
    for (int count : matched) {
      attention.add(scope.create(NgramAttention.of(rows, count, control), shape));
    }
    return attention;
  }

  private Taps taps(NDList used, NDList attention) {
    return new Taps() {
      @Override
      public boolean wants(Site wanted) {
        return wanted.equals(site);
      }

      @Override
      public NDArray at(Site here, NDArray stream) { // [batch, position, dModel]
        NDArray centred = stream.sub(stream.mean(new int[] {2}, true));
        NDArray variance = centred.square().mean(new int[] {2}, true);
        NDArray x = centred.div(variance.add(NORM_EPSILON).sqrt());
        NDArray y = x.matMul(used.get(matched.size())).add(used.get(matched.size() + 1));
        for (int i = 0; i < matched.size(); i++) {
          y = y.add(attention.get(i).matMul(x).matMul(used.get(i)));
        }
        return stream.add(y);
      }
    };
  }

  private void update(int which, NDArray gradient, double learningRate, NDManager scope) {
    NDArray moment1 = first.get(which);
    NDArray moment2 = second.get(which);
    gradient.attach(scope);
    moment1.muli(BETA_1).addi(gradient.mul(1 - BETA_1));
    moment2.muli(BETA_2).addi(gradient.square().muli(1 - BETA_2));
    double corrected = Math.sqrt(1 - Math.pow(BETA_2, steps));
    double rate = learningRate / (1 - Math.pow(BETA_1, steps));
    try (NDArray scale = moment2.sqrt();
        NDArray step = moment1.mul(rate)) {
      scale.divi(corrected).addi(EPSILON);
      weights.get(which).subi(step.divi(scale));
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
