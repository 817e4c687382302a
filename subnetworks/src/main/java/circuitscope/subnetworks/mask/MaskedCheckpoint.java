package circuitscope.subnetworks.mask;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.SafetensorsWriter;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.models.checkpoint.TensorSource;
import circuitscope.probes.analysis.PendingOutput;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A masked model as an ordinary Hugging Face folder: configuration and tokenizer copied, all
 * tensors in one {@code model.safetensors} under their names and in their stored types, weights
 * that the mask does not keep being zero.
 */
public final class MaskedCheckpoint {
  private static final int SLICE_BYTES = 1 << 20;

  /** Configuration, tokenizer and papers; never weights in any form, nor indexes of them. */
  private static final Pattern COPIED =
      Pattern.compile("(?!.*\\.index\\.json$).*\\.(json|txt|model|jinja|md)|LICENSE.*");

  private MaskedCheckpoint() {}

  /**
   * Writes the folder, which must not exist or be empty; it appears when it is whole.
   *
   * @throws MaskException if the mask is of another model, or the checkpoint is one file (GGUF)
   */
  public static void write(Path folder, Checkpoint checkpoint, Mask mask) throws IOException {
    if (!Files.isDirectory(checkpoint.location())) {
      throw new MaskException(
          "%s: a masked checkpoint is made from a Hugging Face folder, and this is one file"
              .formatted(checkpoint.location()));
    }
    refuseFull(folder);
    Mask fitted = mask.fittedTo(checkpoint);
    List<TensorSource> tensors = new ArrayList<>();
    for (StoredTensor tensor : checkpoint.tensors().values()) {
      MaskMatrix matrix = fitted.matrices().get(tensor.name());
      tensors.add(matrix == null ? TensorSource.of(tensor) : masked(tensor, matrix.bits()));
    }
    Map<String, String> metadata = new TreeMap<>(mask.provenance().entries());
    metadata.put("format", "pt"); // without it transformers refuses the file
    metadata.put(MaskProvenance.RESERVED + "applied", mask.name() + " " + mask.digest());
    try (PendingOutput pending = PendingOutput.folder(folder);
        Stream<Path> files = Files.list(checkpoint.location())) {
      for (Path file : files.filter(MaskedCheckpoint::copied).toList()) {
        Files.copy(file, pending.path().resolve(file.getFileName().toString()));
      }
      SafetensorsWriter.write(pending.path().resolve("model.safetensors"), metadata, tensors);
      pending.commit();
    }
  }

  private static void refuseFull(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        if (files.findAny().isPresent()) {
          throw new MaskException(
              folder + ": is a folder with files in it; name a new one for the checkpoint");
        }
      }
    }
  }

  private static boolean copied(Path file) {
    return Files.isRegularFile(file) && COPIED.matcher(file.getFileName().toString()).matches();
  }

  private static TensorSource masked(StoredTensor tensor, BitSet kept) {
    int width = tensor.type().blockBytes();
    return new TensorSource(
        tensor.name(),
        tensor.type(),
        tensor.shape(),
        channel -> write(channel, tensor.bytes(), kept, width));
  }

  private static void write(
      WritableByteChannel channel, MemorySegment bytes, BitSet kept, int width) throws IOException {
    ByteBuffer slice = ByteBuffer.allocate(SLICE_BYTES);
    byte[] zeros = new byte[width];
    int weights = SLICE_BYTES / width;
    int size = Math.toIntExact(bytes.byteSize() / width);
    for (int from = 0; from < size; from += weights) {
      int to = Math.min(size, from + weights);
      int length = (to - from) * width;
      MemorySegment.ofBuffer(slice.clear().limit(length))
          .copyFrom(bytes.asSlice((long) from * width, length));
      for (int i = kept.nextClearBit(from); i < to; i = kept.nextClearBit(i + 1)) {
        slice.put((i - from) * width, zeros);
      }
      channel.write(slice.position(0));
    }
  }
}
