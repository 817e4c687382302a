package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.StoredType;
import circuitscope.models.checkpoint.TensorShape;
import circuitscope.models.checkpoint.TensorSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Mask files: safetensors with one tensor a matrix under the parameter's own name, either all bits
 * packed (U8) or the sorted positions of the kept ones (I32), whichever is smaller. Shapes, a
 * digest of the content and the provenance stand in the metadata. See {@code docs/mask-format.md}.
 */
public final class MaskFile {
  private static final String FORMAT = MaskProvenance.RESERVED + "format";
  private static final String VERSION = "1";
  private static final String NAME = MaskProvenance.RESERVED + "name";
  private static final String SHAPES = MaskProvenance.RESERVED + "shapes";
  private static final String DIGEST = MaskProvenance.RESERVED + "digest";

  private MaskFile() {}

  /** Writes a mask, replacing what was there; the file appears when it is whole. */
  public static void write(Path file, Mask mask) throws IOException {
    Map<String, String> metadata = new TreeMap<>(mask.provenance().entries());
    metadata.put(FORMAT, VERSION);
    metadata.put(NAME, mask.name());
    metadata.put(SHAPES, MaskShapes.write(mask.matrices().values()));
    metadata.put(DIGEST, mask.digest());
    List<TensorSource> tensors = new ArrayList<>();
    mask.matrices().values().forEach(matrix -> tensors.add(source(matrix)));
    SafetensorsWriter.write(file, metadata, tensors);
  }

  private static TensorSource source(MaskMatrix matrix) {
    long sparseBytes = (long) matrix.active() * Integer.BYTES;
    if (sparseBytes >= PackedBits.bytesFor(matrix.total())) {
      byte[] packed = PackedBits.of(matrix);
      return TensorSource.of(
          matrix.name(),
          StoredType.U8,
          new TensorShape(packed.length),
          MemorySegment.ofArray(packed));
    }
    ByteBuffer positions =
        ByteBuffer.allocate(Math.toIntExact(sparseBytes)).order(ByteOrder.LITTLE_ENDIAN);
    matrix.bits().stream().forEach(positions::putInt);
    return TensorSource.of(
        matrix.name(),
        StoredType.I32,
        new TensorShape(matrix.active()),
        MemorySegment.ofArray(positions.array()));
  }

  /**
   * Reads a mask: a file of this format, or one of {@link MaskForm}'s others, told apart by their
   * first bytes.
   *
   * @throws MaskException if the file is not a mask, or damaged
   */
  public static Mask read(Path file) throws IOException {
    return MaskForm.of(file).read(file);
  }

  /** Reads a file of this format. */
  static Mask readSafetensors(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Map<String, String> metadata = opened.metadata();
      String version = metadata.get(FORMAT);
      if (!VERSION.equals(version)) {
        throw damaged(
            file,
            version == null
                ? "is a safetensors file, but not of a mask: its metadata has no '%s'"
                    .formatted(FORMAT)
                : "is a mask file of version %s, and this program reads version %s; it is newer"
                    .formatted(version, VERSION));
      }
      SortedMap<String, TensorShape> shapes =
          MaskShapes.read(file, metadata.getOrDefault(SHAPES, ""));
      if (!shapes.keySet().equals(opened.tensors().keySet())) {
        throw damaged(file, "gives shapes for other parameters than it has tensors for");
      }
      MaskShapes.checkMemory(file, shapes.values());
      List<MaskMatrix> matrices = new ArrayList<>();
      shapes.forEach(
          (name, shape) ->
              matrices.add(new MaskMatrix(name, shape, bits(file, opened.tensor(name), shape))));
      Mask mask =
          Mask.of(
              metadata.getOrDefault(NAME, String.valueOf(file.getFileName())),
              matrices,
              provenance(metadata));
      if (!mask.digest().equals(metadata.get(DIGEST))) {
        throw damaged(
            file, "does not hold what was written: its digest differs; copy or make it again");
      }
      return mask;
    }
  }

  private static MaskProvenance provenance(Map<String, String> metadata) {
    SortedMap<String, String> entries = new TreeMap<>(metadata);
    entries.keySet().removeIf(name -> name.startsWith(MaskProvenance.RESERVED));
    return new MaskProvenance(entries);
  }

  private static BitSet bits(Path file, StoredTensor tensor, TensorShape shape) {
    int size = MaskMatrix.size(tensor.name(), shape);
    return switch (tensor.type()) {
      case U8 -> packed(file, tensor, size);
      case I32 -> sparse(file, tensor, size);
      default ->
          throw damaged(
              file,
              "tensor '%s' is %s; expected packed bits (U8) or positions (I32)"
                  .formatted(tensor.name(), tensor.type()));
    };
  }

  private static BitSet packed(Path file, StoredTensor tensor, int size) {
    long bytes = tensor.bytes().byteSize();
    if (bytes != PackedBits.bytesFor(size)) {
      throw damaged(
          file,
          "tensor '%s' has %d bytes of bits, expected %d for its %d weights"
              .formatted(tensor.name(), bytes, PackedBits.bytesFor(size), size));
    }
    BitSet bits = BitSet.valueOf(tensor.bytes().asByteBuffer());
    if (bits.length() > size) {
      throw damaged(file, "tensor '%s' has bits after its last weight".formatted(tensor.name()));
    }
    return bits;
  }

  private static BitSet sparse(Path file, StoredTensor tensor, int size) {
    ByteBuffer positions = tensor.bytes().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    BitSet bits = new BitSet();
    int before = -1;
    while (positions.hasRemaining()) {
      int position = positions.getInt();
      if (position <= before || position >= size) {
        throw damaged(
            file,
            "tensor '%s' has position %d after %d; expected ascending numbers below %d"
                .formatted(tensor.name(), position, before, size));
      }
      bits.set(position);
      before = position;
    }
    return bits;
  }

  private static MaskException damaged(Path file, String problem) {
    return new MaskException(file + ": " + problem);
  }
}
