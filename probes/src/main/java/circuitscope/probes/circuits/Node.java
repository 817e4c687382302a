package circuitscope.probes.circuits;

import circuitscope.probes.model.HeadName;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A part of the model that writes into the residual stream or, the last one, only reads it. Named
 * as EAP-IG names it: {@code input}, {@code a3.h5}, {@code m3}, {@code logits}.
 *
 * @param layer −1 for {@code input}; the number of layers for {@code logits}
 * @param head query head, −1 for everything else
 */
public record Node(Kind kind, int layer, int head) {
  private static final Pattern FORM = Pattern.compile("a(\\d{1,4})\\.h(\\d{1,4})|m(\\d{1,4})");

  /** The kinds of node. */
  public enum Kind {
    /** Token embedding, with positions where they are learned. */
    INPUT,
    HEAD,
    MLP,
    /** Final norm and unembedding. */
    LOGITS
  }

  static Node input() {
    return new Node(Kind.INPUT, -1, -1);
  }

  static Node head(int layer, int head) {
    return new Node(Kind.HEAD, layer, head);
  }

  static Node mlp(int layer) {
    return new Node(Kind.MLP, layer, -1);
  }

  static Node logits(int layers) {
    return new Node(Kind.LOGITS, layers, -1);
  }

  /**
   * Reads a name; whether the model has such a node is not checked.
   *
   * @param layers of the model, to place {@code logits}
   * @throws IllegalArgumentException for a name of another form
   */
  static Node parse(String name, int layers) {
    if (name.equals("input")) {
      return input();
    }
    if (name.equals("logits")) {
      return logits(layers);
    }
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no node: nodes are input, aL.hH, mL and logits".formatted(name));
    }
    return form.group(3) == null
        ? head(Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)))
        : mlp(Integer.parseInt(form.group(3)));
  }

  /** The head, when this is one. */
  public HeadName headName() {
    if (kind != Kind.HEAD) {
      throw new IllegalStateException(this + " is not a head");
    }
    return new HeadName(layer, head);
  }

  @Override
  public String toString() {
    return switch (kind) {
      case INPUT -> "input";
      case HEAD -> "a" + layer + ".h" + head;
      case MLP -> "m" + layer;
      case LOGITS -> "logits";
    };
  }
}
