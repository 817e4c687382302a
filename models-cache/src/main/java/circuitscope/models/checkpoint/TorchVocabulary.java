package circuitscope.models.checkpoint;

import circuitscope.models.checkpoint.pickle.PickleException;
import circuitscope.models.checkpoint.pickle.PickleTuple;
import circuitscope.models.checkpoint.pickle.PickleVocabulary;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a PyTorch weight file may name: ordered dictionaries, storages, and tensors over storages.
 * Everything is checked against the archive's entries and nothing is copied.
 */
final class TorchVocabulary implements PickleVocabulary {
  private static final int LARGEST_RANK = 64;

  private static final Map<String, StoredType> STORAGES =
      Map.of(
          "DoubleStorage", StoredType.F64,
          "FloatStorage", StoredType.F32,
          "HalfStorage", StoredType.F16,
          "BFloat16Storage", StoredType.BF16,
          "LongStorage", StoredType.I64,
          "IntStorage", StoredType.I32,
          "ShortStorage", StoredType.I16,
          "CharStorage", StoredType.I8,
          "ByteStorage", StoredType.U8,
          "BoolStorage", StoredType.BOOL);

  private final ZipDirectory zip;
  private final String root;

  private record Storage(StoredType type, MemorySegment bytes, long elements) {}

  /**
   * @param zip the archive
   * @param root the archive's folder, with its slash
   */
  TorchVocabulary(ZipDirectory zip, String root) {
    this.zip = zip;
    this.root = root;
  }

  @Override
  public Optional<Object> global(String module, String name) {
    return Optional.ofNullable(
        switch (module) {
          case "torch" -> STORAGES.get(name);
          case "collections" ->
              name.equals("OrderedDict") ? (Callable) TorchVocabulary::dictionary : null;
          case "torch._utils" ->
              switch (name) {
                case "_rebuild_tensor", "_rebuild_tensor_v2" -> (Callable) TorchVocabulary::tensor;
                case "_rebuild_parameter", "_rebuild_parameter_with_state" ->
                    (Callable) TorchVocabulary::parameter;
                default -> null;
              };
          default -> null;
        });
  }

  /** {@code ('storage', class, key, device, elements)}. */
  @Override
  public Object persistent(Object id) {
    if (id instanceof PickleTuple tuple
        && tuple.size() == 5
        && "storage".equals(tuple.members().get(0))
        && tuple.members().get(1) instanceof StoredType type
        && tuple.members().get(2) instanceof String key
        && tuple.members().get(4) instanceof Long elements) {
      MemorySegment bytes =
          zip.find(root + "data/" + key)
              .orElseThrow(
                  () ->
                      new PickleException(
                          "has no entry '%sdata/%s' for a storage".formatted(root, key)));
      if (elements < 0 || elements > bytes.byteSize() / type.blockBytes()) {
        throw new PickleException(
            "claims %d elements of %s in '%sdata/%s', which has %d bytes"
                .formatted(elements, type, root, key, bytes.byteSize()));
      }
      return new Storage(type, bytes, elements);
    }
    throw new PickleException("has a persistent id that is not a storage");
  }

  private static Object dictionary(List<Object> arguments) {
    Map<Object, Object> dictionary = new LinkedHashMap<>();
    if (arguments.isEmpty()) {
      return dictionary;
    }
    if (arguments.size() == 1 && arguments.getFirst() instanceof List<?> pairs) {
      for (Object pair : pairs) {
        if (!(pair instanceof List<?> both && both.size() == 2)
            || !(both.get(0) instanceof String key)) {
          throw new PickleException("builds an ordered dictionary from something else than pairs");
        }
        dictionary.put(key, both.get(1));
      }
      return dictionary;
    }
    throw new PickleException("builds an ordered dictionary from something else than pairs");
  }

  /** {@code (storage, offset, size, stride, …)}; what follows concerns training. */
  private static Object tensor(List<Object> arguments) {
    if (arguments.size() < 4
        || !(arguments.get(0) instanceof Storage storage)
        || !(arguments.get(1) instanceof Long offset)) {
      throw new PickleException("rebuilds a tensor from something else than a storage");
    }
    long[] size = longs(arguments.get(2));
    long[] strides = longs(arguments.get(3));
    if (size.length != strides.length || offset < 0) {
      throw new PickleException("rebuilds a tensor whose sizes and strides do not fit together");
    }
    TensorShape shape = new TensorShape(size);
    try {
      long last = offset;
      for (int axis = 0; axis < size.length; axis++) {
        last = Math.addExact(last, Math.multiplyExact(Math.max(0, size[axis] - 1), strides[axis]));
      }
      long elements = shape.elements();
      boolean inside = elements == 0 ? offset <= storage.elements() : last < storage.elements();
      if (!inside || elements > storage.elements()) {
        throw outside(shape, storage);
      }
    } catch (ArithmeticException e) {
      throw outside(shape, storage);
    }
    return new StridedTensor("", storage.type(), shape, storage.bytes(), offset, strides);
  }

  private static PickleException outside(TensorShape shape, Storage storage) {
    return new PickleException(
        "rebuilds a tensor of shape %s outside its storage of %d elements"
            .formatted(shape, storage.elements()));
  }

  private static Object parameter(List<Object> arguments) {
    if (!arguments.isEmpty() && arguments.getFirst() instanceof StridedTensor tensor) {
      return tensor;
    }
    throw new PickleException("rebuilds a parameter from something else than a tensor");
  }

  /** A tuple of integers from 0: a size or strides. */
  static long[] longs(Object value) {
    if (!(value instanceof PickleTuple tuple) || tuple.size() > LARGEST_RANK) {
      throw new PickleException("gives a tensor's size or stride as something else than a tuple");
    }
    long[] longs = new long[tuple.size()];
    for (int i = 0; i < longs.length; i++) {
      if (!(tuple.members().get(i) instanceof Long number) || number < 0) {
        throw new PickleException("gives a tensor a size or stride that is not an integer from 0");
      }
      longs[i] = number;
    }
    return longs;
  }
}
