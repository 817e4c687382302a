package circuitscope.subnetworks.compose;

import circuitscope.probes.model.HeadName;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A part of a model that can be given back to a subnetwork as a whole, named by its place. */
public sealed interface Unit {
  /** All indices count from 0. */
  Pattern FORM = Pattern.compile("L(\\d{1,4})(?:H(\\d{1,4})|N(\\d{1,6})|\\.(attn|mlp))");

  int layer();

  /**
   * A query head, {@code L3H5}: its queries and outputs, and the keys and values that it reads,
   * which under grouped-query attention it shares with the other heads of its group.
   */
  record Head(HeadName name) implements Unit {
    @Override
    public int layer() {
      return name.layer();
    }

    @JsonValue
    @Override
    public String toString() {
      return name.toString();
    }
  }

  /** A unit of an MLP, {@code L0N17}: what it reads (its gate too) and what it writes. */
  record Neuron(int layer, int index) implements Unit {
    @JsonValue
    @Override
    public String toString() {
      return "L" + layer + "N" + index;
    }
  }

  /** All attention matrices of a layer, {@code L2.attn}. */
  record Attention(int layer) implements Unit {
    @JsonValue
    @Override
    public String toString() {
      return "L" + layer + ".attn";
    }
  }

  /** All MLP matrices of a layer, {@code L2.mlp}. */
  record Mlp(int layer) implements Unit {
    @JsonValue
    @Override
    public String toString() {
      return "L" + layer + ".mlp";
    }
  }

  /**
   * The unit of that name.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Unit parse(String name) {
    Matcher form = FORM.matcher(name.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'%s' is no unit; name a head L3H5, a neuron L0N17, or a layer's L2.attn or L2.mlp, all"
                  .formatted(name)
              + " counted from 0");
    }
    int layer = Integer.parseInt(form.group(1));
    if (form.group(2) != null) {
      return new Head(new HeadName(layer, Integer.parseInt(form.group(2))));
    }
    if (form.group(3) != null) {
      return new Neuron(layer, Integer.parseInt(form.group(3)));
    }
    return form.group(4).equals("attn") ? new Attention(layer) : new Mlp(layer);
  }
}
