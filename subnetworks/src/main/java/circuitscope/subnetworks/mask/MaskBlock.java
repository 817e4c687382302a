package circuitscope.subnetworks.mask;

import circuitscope.probes.model.MaskableMatrix;
import java.util.BitSet;
import java.util.List;

/**
 * A part of a stored matrix that does one thing: the queries of a layer, the output weights of one
 * head. Seen as {@code [out, in]} it is some rows of the matrix by a range of its columns.
 *
 * @param head query head for {@code Q} and {@code O}, key/value head for {@code K} and {@code V},
 *     −1 for all heads or outside attention
 */
public record MaskBlock(
    MaskableMatrix matrix, Part part, int head, List<Range> outputs, Range inputs) {

  /** What a block computes. */
  public enum Part {
    Q("q"),
    K("k"),
    V("v"),
    O("o"),
    GATE("mlp gate"),
    IN("mlp in"),
    OUT("mlp out");

    private final String label;

    Part(String label) {
      this.label = label;
    }

    /** As results and figures call it. */
    public String label() {
      return label;
    }

    /** Whether it is of attention, else of the MLP. */
    public boolean attention() {
      return switch (this) {
        case Q, K, V, O -> true;
        case GATE, IN, OUT -> false;
      };
    }
  }

  /** Indices from {@code from} to before {@code to}. */
  public record Range(int from, int to) {
    int size() {
      return to - from;
    }
  }

  public MaskBlock {
    outputs = List.copyOf(outputs);
  }

  public String parameter() {
    return matrix.name();
  }

  public int layer() {
    return matrix.layer();
  }

  /** As {@code L0 q} or {@code L3H5 o}. */
  public String label() {
    return "L%d%s %s".formatted(layer(), head < 0 ? "" : "H" + head, part.label());
  }

  int outputCount() {
    return outputs.stream().mapToInt(Range::size).sum();
  }

  /** Weights in the block. */
  public int size() {
    return outputCount() * inputs.size();
  }

  /** The place of a weight in the stored matrix. */
  private int position(int output, int input) {
    return matrix.inOut() ? input * matrix.columns() + output : output * matrix.columns() + input;
  }

  /** The matrix's row of the block's n-th output. */
  private int output(int n) {
    int left = n;
    for (Range range : outputs) {
      if (left < range.size()) {
        return range.from() + left;
      }
      left -= range.size();
    }
    throw new IndexOutOfBoundsException(n);
  }

  /** The block's bits alone: bit {@code output · inputs + input}. */
  BitSet cut(BitSet stored) {
    BitSet own = new BitSet();
    int width = inputs.size();
    for (int n = 0; n < outputCount(); n++) {
      int output = output(n);
      for (int input = 0; input < width; input++) {
        if (stored.get(position(output, inputs.from() + input))) {
          own.set(n * width + input);
        }
      }
    }
    return own;
  }

  /** Sets in {@code stored} what is set in {@code own}, the reverse of {@link #cut}. */
  void paste(BitSet own, BitSet stored) {
    int width = inputs.size();
    own.stream().forEach(i -> stored.set(position(output(i / width), inputs.from() + i % width)));
  }

  /** Neighbouring weights of the stored matrix. */
  @FunctionalInterface
  public interface Run {
    /** Weights from {@code from} to before {@code to}. */
    void take(int from, int to);
  }

  /** The block as runs of the stored matrix, row by row as stored. */
  public void runs(Run run) {
    for (Range range : outputs) {
      Range rows = matrix.inOut() ? inputs : range;
      Range columns = matrix.inOut() ? range : inputs;
      for (int row = rows.from(); row < rows.to(); row++) {
        int start = row * matrix.columns();
        run.take(start + columns.from(), start + columns.to());
      }
    }
  }

  /** Kept weights in the block. */
  int active(BitSet stored) {
    int[] active = new int[1];
    runs(
        (from, to) -> {
          for (int at = stored.nextSetBit(from); at >= 0 && at < to; ) {
            active[0]++;
            at = stored.nextSetBit(at + 1);
          }
        });
    return active[0];
  }

  /** The part of an MLP's block that is of one of its units: what it reads, or what it writes. */
  public MaskBlock neuron(int index) {
    Range one = new Range(index, index + 1);
    if (part == Part.OUT) {
      return new MaskBlock(matrix, part, head, outputs, one);
    }
    int output = output(index);
    return new MaskBlock(matrix, part, head, List.of(new Range(output, output + 1)), inputs);
  }
}
