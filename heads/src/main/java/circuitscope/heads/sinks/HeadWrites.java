package circuitscope.heads.sinks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Slot;
import circuitscope.probes.model.Weight;

/**
 * What each head writes of the first position's value and what it writes of the others', head by
 * head so that only one head's {@code [batch, position, dModel]} is alive at a time.
 */
final class HeadWrites {
  private final Model model;

  HeadWrites(Model model) {
    this.model = model;
  }

  /**
   * Reads one layer.
   *
   * @param z {@code [batch, position, head, dHead]}
   * @param firstValue {@code [batch, group, dHead]} v_0
   * @param mass {@code [batch, head, position]} A_{t,0}
   */
  LayerMechanism.Writes read(
      int layer, LayerMechanism.Axes axes, NDArray z, NDArray firstValue, float[] mass) {
    int b = axes.samples();
    int p = axes.positions();
    int h = axes.heads();
    float[][] norms = new float[3][b * h * p];
    double[][] sinkSum = new double[h][];
    double[][] restSum = new double[h][];
    try (NDManager layerScope = model.newManager()) {
      NDArray byHead = outputs(layer, layerScope); // [head, dHead, dModel]
      NDArray masses = layerScope.create(mass, new Shape(b, h, p));
      for (int head = 0; head < h; head++) {
        try (NDManager scope = layerScope.newSubManager()) {
          NDArray wO = byHead.get(scope, new NDIndex("{}", head));
          NDArray whole = z.get(scope, new NDIndex(":, :, {}", head)).matMul(wO); // [b, p, d]
          NDArray v0 = firstValue.get(scope, new NDIndex(":, {}", axes.group(head)));
          NDArray a = masses.get(scope, new NDIndex(":, {}", head)).expandDims(2); // [b, p, 1]
          NDArray sink = a.mul(v0.matMul(wO).expandDims(1)); // [b, p, d]
          NDArray rest = whole.sub(sink);
          NDArray[] parts = {sink, whole, rest};
          for (int part = 0; part < parts.length; part++) {
            scatter(parts[part], norms[part], head, axes);
          }
          sinkSum[head] = sum(sink);
          restSum[head] = sum(rest);
        }
      }
    }
    return new LayerMechanism.Writes(norms[0], norms[1], norms[2], sinkSum, restSum);
  }

  private NDArray outputs(int layer, NDManager scope) {
    AttentionSpec attention = model.spec().attention();
    Weight o = model.weights().get(Slot.O, layer);
    NDArray wide = o.array().toType(DataType.FLOAT32, true);
    wide.attach(scope);
    NDArray inOut = o.inOut() ? wide : wide.transpose();
    return inOut.reshape(attention.heads(), attention.dHead(), -1);
  }

  private static void scatter(NDArray part, float[] norms, int head, LayerMechanism.Axes axes) {
    float[] ofHead = part.square().sum(new int[] {-1}).sqrt().toFloatArray(); // [b, p]
    for (int sample = 0; sample < axes.samples(); sample++) {
      System.arraycopy(
          ofHead, sample * axes.positions(), norms, axes.at(sample, head, 0), axes.positions());
    }
  }

  /** Over samples and positions 1 and later. */
  private static double[] sum(NDArray part) {
    float[] sums = part.get(new NDIndex(":, 1:")).sum(new int[] {0, 1}).toFloatArray();
    double[] wide = new double[sums.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = sums[i];
    }
    return wide;
  }
}
