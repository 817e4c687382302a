package circuitscope.probes.circuits;

import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.UnsupportedModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All edges from what writes into the residual stream to what reads it later (Goldowsky-Dill et al.
 * 2023; Conmy et al. 2023).
 *
 * <p>Writers stand in the order in which they write, so every reader sees a prefix of them: its
 * edges are {@code [0, visible)}. In parallel blocks an MLP does not see the heads of its layer.
 * Edges are numbered reader by reader, {@code offset(reader) + writer}. Under grouped-query
 * attention keys and values have one reader a key/value head, which belongs to all query heads of
 * the group.
 */
public final class EdgeGraph {
  private final int layers;
  private final int heads;
  private final int groups;
  private final List<Node> writers = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final int[] visible;
  private final int[] offsets;

  private EdgeGraph(DecoderSpec spec) {
    layers = spec.layers();
    heads = spec.attention().heads();
    groups = spec.attention().groups();
    List<Integer> seen = new ArrayList<>();
    writers.add(Node.input());
    for (int layer = 0; layer < layers; layer++) {
      int before = writers.size();
      for (int head = 0; head < heads; head++) {
        writers.add(Node.head(layer, head));
        addReader(new Reader(Reader.Kind.Q, layer, head), before, seen);
      }
      for (Reader.Kind kind : List.of(Reader.Kind.K, Reader.Kind.V)) {
        for (int group = 0; group < groups; group++) {
          addReader(new Reader(kind, layer, group), before, seen);
        }
      }
      int reachesMlp = spec.residual().parallel() ? before : writers.size();
      addReader(new Reader(Reader.Kind.MLP, layer, 0), reachesMlp, seen);
      writers.add(Node.mlp(layer));
    }
    addReader(new Reader(Reader.Kind.LOGITS, layers, 0), writers.size(), seen);
    visible = seen.stream().mapToInt(Integer::intValue).toArray();
    offsets = new int[visible.length + 1];
    for (int i = 0; i < visible.length; i++) {
      offsets[i + 1] = offsets[i] + visible[i];
    }
  }

  private void addReader(Reader reader, int sees, List<Integer> seen) {
    readers.add(reader);
    seen.add(sees);
  }

  /**
   * The graph of a model.
   *
   * @throws UnsupportedModelException when the stream is not the sum of what is written into it
   */
  public static EdgeGraph of(DecoderSpec spec) {
    if (!spec.residual().additive()) {
      throw new UnsupportedModelException(
          ("this %s model normalises the residual stream itself (%s), so that the stream is no sum"
                  + " of what its parts write and there are no edges to speak of; circuits need a"
                  + " model with norms before or after its branches only")
              .formatted(spec.family(), spec.residual()));
    }
    return new EdgeGraph(spec);
  }

  public int layers() {
    return layers;
  }

  public int heads() {
    return heads;
  }

  /** Query heads that share a key/value head. */
  public int headsPerGroup() {
    return heads / groups;
  }

  /** What writes, in order. */
  public List<Node> writers() {
    return java.util.Collections.unmodifiableList(writers);
  }

  /** What reads: layer by layer queries, keys, values, MLP; then the logits. */
  public List<Reader> readers() {
    return java.util.Collections.unmodifiableList(readers);
  }

  /** Number of edges. */
  public int edges() {
    return offsets[readers.size()];
  }

  /** How many writers, from the first, a reader sees. */
  public int visible(int reader) {
    return visible[reader];
  }

  /** The edge from the first writer to a reader; those from the next writers follow. */
  public int offset(int reader) {
    return offsets[reader];
  }

  /** Where the readers of that kind start in a layer; those of the next heads follow. */
  public int firstReader(Reader.Kind kind, int layer) {
    int start = layer * (heads + 2 * groups + 1);
    return switch (kind) {
      case Q, LOGITS -> start;
      case K -> start + heads;
      case V -> start + heads + groups;
      case MLP -> start + heads + 2 * groups;
    };
  }

  /** How many readers of that kind a layer has. */
  public int count(Reader.Kind kind) {
    return switch (kind) {
      case Q -> heads;
      case K, V -> groups;
      case MLP, LOGITS -> 1;
    };
  }

  /** Place of a node among the writers. */
  int writer(Node node) {
    return switch (node.kind()) {
      case INPUT -> 0;
      case HEAD -> 1 + node.layer() * (heads + 1) + node.head();
      case MLP -> 1 + node.layer() * (heads + 1) + heads;
      case LOGITS -> throw new IllegalArgumentException("logits write nothing");
    };
  }

  public int readerOf(int edge) {
    int found = Arrays.binarySearch(offsets, edge);
    return found >= 0 ? found : -found - 2;
  }

  public Node writerOf(int edge) {
    return writers.get(edge - offsets[readerOf(edge)]);
  }

  /** The nodes that a reader belongs to: one, or the query heads of a group. */
  public List<Node> nodes(int reader) {
    Reader what = readers.get(reader);
    return switch (what.kind()) {
      case Q -> List.of(Node.head(what.layer(), what.index()));
      case K, V -> {
        List<Node> group = new ArrayList<>();
        for (int i = 0; i < headsPerGroup(); i++) {
          group.add(Node.head(what.layer(), what.index() * headsPerGroup() + i));
        }
        yield group;
      }
      case MLP -> List.of(Node.mlp(what.layer()));
      case LOGITS -> List.of(Node.logits(layers));
    };
  }

  /** The readers of a node: three of a head. */
  int[] readers(Node node) {
    return switch (node.kind()) {
      case INPUT -> new int[0];
      case HEAD -> {
        int group = node.head() / headsPerGroup();
        yield new int[] {
          firstReader(Reader.Kind.Q, node.layer()) + node.head(),
          firstReader(Reader.Kind.K, node.layer()) + group,
          firstReader(Reader.Kind.V, node.layer()) + group
        };
      }
      case MLP -> new int[] {firstReader(Reader.Kind.MLP, node.layer())};
      case LOGITS -> new int[] {readers.size() - 1};
    };
  }

  /**
   * The names of an edge, such as {@code m0->a1.h4<k>}: one, or one a query head of the group that
   * reads there.
   */
  public List<String> names(int edge) {
    int reader = readerOf(edge);
    String mark = readers.get(reader).kind().mark();
    return nodes(reader).stream().map(node -> writerOf(edge) + "->" + node + mark).toList();
  }

  /** The first of its {@link #names}. */
  public String name(int edge) {
    return names(edge).getFirst();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EdgeGraph that
        && writers.equals(that.writers)
        && readers.equals(that.readers)
        && Arrays.equals(visible, that.visible);
  }

  @Override
  public int hashCode() {
    return 31 * readers.hashCode() + Arrays.hashCode(visible);
  }
}
