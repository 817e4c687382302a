package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.probes.model.AttentionSpec;
import circuitscope.probes.model.AttentionSpec.Projection;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.MaskableMatrix;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.family.Families;
import circuitscope.subnetworks.mask.MaskBlock.Part;
import circuitscope.subnetworks.mask.MaskBlock.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Where queries, keys, values, outputs and MLP weights lie in a model's stored matrices, by layer
 * and by head.
 *
 * <p>GPT-NeoX and BLOOM store {@code query_key_value} head by head: rows {@code [3hs, 3(h+1)s)} are
 * head h's queries, keys and values, s = head width. The code published with Chang and Bergen 2025
 * reads three stacked thirds instead; {@link #withThirds} reproduces that.
 */
public final class MaskBlocks {
  private final String origin;
  private final AttentionSpec attention;
  private final List<MaskableMatrix> matrices;
  private final Projection projection;

  private MaskBlocks(
      String origin,
      AttentionSpec attention,
      List<MaskableMatrix> matrices,
      Projection projection) {
    this.origin = origin;
    this.attention = attention;
    this.matrices = matrices;
    this.projection = projection;
  }

  /** The geometry of the model that a config describes; reads no weights. */
  public static MaskBlocks of(HfConfig config) {
    DecoderSpec spec = Families.of(config).spec(config);
    return new MaskBlocks(
        config.source().toString(),
        spec.attention(),
        MaskableMatrix.of(config),
        spec.attention().projection());
  }

  public static MaskBlocks of(Model model) {
    AttentionSpec attention = model.spec().attention();
    return new MaskBlocks(
        model.identity().origin(), attention, MaskableMatrix.of(model), attention.projection());
  }

  /** The same with head-by-head Q/K/V matrices misread as stacked thirds, as the reference does. */
  public MaskBlocks withThirds() {
    boolean misread = projection == Projection.GROUPED && attention.headsPerGroup() == 1;
    return new MaskBlocks(
        origin, attention, matrices, misread ? Projection.CONCATENATED : projection);
  }

  /** Whether {@link #withThirds} says something else than this. */
  public boolean thirdsDiffer() {
    return withThirds().projection != projection;
  }

  /** One block for each layer and part. */
  public List<MaskBlock> parts() {
    List<MaskBlock> blocks = new ArrayList<>();
    matrices.forEach(matrix -> parts(matrix, blocks));
    return blocks;
  }

  /** One block for each layer, part and head; MLP matrices whole. */
  public List<MaskBlock> heads() {
    List<MaskBlock> blocks = new ArrayList<>();
    for (MaskableMatrix matrix : matrices) {
      List<MaskBlock> parts = new ArrayList<>();
      parts(matrix, parts);
      parts.forEach(part -> heads(part, blocks));
    }
    return blocks;
  }

  private void parts(MaskableMatrix matrix, List<MaskBlock> blocks) {
    Range inputs = new Range(0, inputs(matrix));
    int outputs = outputs(matrix);
    switch (matrix.slot()) {
      case Q -> blocks.add(block(matrix, Part.Q, inputs, new Range(0, outputs)));
      case K -> blocks.add(block(matrix, Part.K, inputs, new Range(0, outputs)));
      case V -> blocks.add(block(matrix, Part.V, inputs, new Range(0, outputs)));
      case O -> blocks.add(block(matrix, Part.O, inputs, new Range(0, outputs)));
      case GATE -> blocks.add(block(matrix, Part.GATE, inputs, new Range(0, outputs)));
      case UP -> blocks.add(block(matrix, Part.IN, inputs, new Range(0, outputs)));
      case DOWN -> blocks.add(block(matrix, Part.OUT, inputs, new Range(0, outputs)));
      case GATE_UP -> {
        blocks.add(block(matrix, Part.GATE, inputs, new Range(0, outputs / 2)));
        blocks.add(block(matrix, Part.IN, inputs, new Range(outputs / 2, outputs)));
      }
      case QKV -> {
        for (Part part : List.of(Part.Q, Part.K, Part.V)) {
          blocks.add(new MaskBlock(matrix, part, -1, rows(part), inputs));
        }
      }
      default -> throw new IllegalStateException(matrix.slot() + " is not maskable");
    }
  }

  private static MaskBlock block(MaskableMatrix matrix, Part part, Range inputs, Range outputs) {
    return new MaskBlock(matrix, part, -1, List.of(outputs), inputs);
  }

  private static int outputs(MaskableMatrix matrix) {
    return matrix.inOut() ? matrix.columns() : matrix.rows();
  }

  private static int inputs(MaskableMatrix matrix) {
    return matrix.inOut() ? matrix.rows() : matrix.columns();
  }

  /** The rows of a part in a fused matrix, those of a head (or group) after another. */
  private List<Range> rows(Part part) {
    int e = attention.dHead();
    int q = attention.heads() * e;
    int kv = attention.groups() * e;
    if (projection == Projection.CONCATENATED) {
      return switch (part) {
        case Q -> List.of(new Range(0, q));
        case K -> List.of(new Range(q, q + kv));
        default -> List.of(new Range(q + kv, q + 2 * kv));
      };
    }
    int n = attention.headsPerGroup();
    int first = part == Part.Q ? 0 : part == Part.K ? n : n + 1;
    int count = part == Part.Q ? n : 1;
    return IntStream.range(0, attention.groups())
        .map(group -> (group * (n + 2) + first) * e)
        .mapToObj(from -> new Range(from, from + count * e))
        .toList();
  }

  private void heads(MaskBlock part, List<MaskBlock> blocks) {
    int e = attention.dHead();
    switch (part.part()) {
      case Q, K, V -> {
        int head = 0;
        for (Range range : part.outputs()) {
          for (int from = range.from(); from < range.to(); from += e) {
            List<Range> rows = List.of(new Range(from, from + e));
            blocks.add(new MaskBlock(part.matrix(), part.part(), head++, rows, part.inputs()));
          }
        }
      }
      case O -> {
        for (int head = 0; head < attention.heads(); head++) {
          Range columns = new Range(head * e, (head + 1) * e);
          blocks.add(new MaskBlock(part.matrix(), Part.O, head, part.outputs(), columns));
        }
      }
      default -> blocks.add(part);
    }
  }

  /**
   * The mask under the names that the blocks have. Parameters outside attention and MLP matrices
   * keep theirs.
   *
   * @throws MaskException if a matrix has another shape here, or the mask has no matrix of this
   *     model at all
   */
  public Mask aligned(Mask mask) {
    Map<String, TensorShape> shapes = new TreeMap<>();
    matrices.forEach(
        matrix -> shapes.put(matrix.name(), new TensorShape(matrix.rows(), matrix.columns())));
    SortedMap<String, MaskMatrix> inside = new TreeMap<>();
    SortedMap<String, MaskMatrix> outside = new TreeMap<>();
    mask.matrices()
        .forEach(
            (name, matrix) ->
                (MaskNames.find(name, shapes.keySet()) == null ? outside : inside)
                    .put(name, matrix));
    Mask fitted =
        MaskFit.fitted(
            inside.isEmpty() ? mask : new Mask(mask.name(), inside, mask.provenance()),
            shapes,
            origin);
    outside.putAll(fitted.matrices());
    return new Mask(mask.name(), outside, mask.provenance());
  }

  /** Kept weights of one block. */
  public record Count(MaskBlock block, int active, int total) {}

  /**
   * Kept weights block by block; blocks of matrices that the mask does not speak of are left out.
   */
  public List<Count> count(Mask mask, List<MaskBlock> blocks) {
    SortedMap<String, MaskMatrix> here = aligned(mask).matrices();
    List<Count> counts = new ArrayList<>();
    for (MaskBlock block : blocks) {
      MaskMatrix matrix = here.get(block.parameter());
      if (matrix != null) {
        counts.add(new Count(block, block.active(matrix.bits()), block.size()));
      }
    }
    return counts;
  }
}
