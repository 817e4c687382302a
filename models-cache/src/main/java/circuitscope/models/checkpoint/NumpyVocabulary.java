package circuitscope.models.checkpoint;

import circuitscope.models.checkpoint.pickle.PickleException;
import circuitscope.models.checkpoint.pickle.PickleTuple;
import circuitscope.models.checkpoint.pickle.PickleVocabulary;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a pickle of NumPy arrays may name, under the module names of NumPy 1 and 2. */
final class NumpyVocabulary implements PickleVocabulary {

  @Override
  public Optional<Object> global(String module, String name) {
    return Optional.ofNullable(
        switch (module + "." + name) {
          case "numpy.ndarray" -> Array.class;
          case "numpy.dtype" -> (Callable) NumpyVocabulary::dtype;
          case "numpy.core.multiarray._reconstruct", "numpy._core.multiarray._reconstruct" ->
              (Callable) arguments -> new Array();
          case "numpy.core.numeric._frombuffer", "numpy._core.numeric._frombuffer" ->
              (Callable) NumpyVocabulary::fromBuffer;
          case "_codecs.encode" -> (Callable) NumpyVocabulary::encode;
          default -> null;
        });
  }

  @Override
  public Object persistent(Object id) {
    throw new PickleException("refers to something outside itself");
  }

  /** An array that is filled by its state, {@code (version, shape, dtype, isFortran, bytes)}. */
  static final class Array implements Stateful {
    private @Nullable StridedTensor content;

    @Override
    public void setState(Object state) {
      if (!(state instanceof PickleTuple tuple)
          || tuple.size() != 5
          || !(tuple.members().get(2) instanceof Dtype dtype)
          || !(tuple.members().get(3) instanceof Boolean columns)
          || !(tuple.members().get(4) instanceof MemorySegment bytes)) {
        throw new PickleException("gives an array a state that is no array's");
      }
      fill(dtype, tuple.members().get(1), columns, bytes);
    }

    void fill(Dtype dtype, Object shape, boolean columnMajor, MemorySegment bytes) {
      TensorShape checked = new TensorShape(TorchVocabulary.longs(shape));
      StoredType type = dtype.type();
      try {
        if (type.bytesFor(checked.elements()) != bytes.byteSize()) {
          throw new PickleException(
              "has an array of %s %s in %d bytes".formatted(type, checked, bytes.byteSize()));
        }
      } catch (ArithmeticException e) {
        throw new PickleException("has an array of shape %s in few bytes".formatted(checked));
      }
      content = new StridedTensor("", type, checked, bytes, 0, strides(checked, columnMajor));
    }

    private static long[] strides(TensorShape shape, boolean columnMajor) {
      long[] strides = new long[shape.rank()];
      long step = 1;
      for (int i = 0; i < strides.length; i++) {
        int axis = columnMajor ? i : strides.length - 1 - i;
        strides[axis] = step;
        step *= shape.dim(axis);
      }
      return strides;
    }

    StoredTensor named(String name) {
      if (content == null) {
        throw new PickleException("leaves the array '%s' without its bytes".formatted(name));
      }
      return content.named(name);
    }
  }

  /** An element type; its state {@code (version, byte order, …)} must be little-endian. */
  record Dtype(StoredType type) implements Stateful {
    @Override
    public void setState(Object state) {
      if (!(state instanceof PickleTuple tuple)
          || tuple.size() < 2
          || !(tuple.members().get(1) instanceof String order)
          || !(order.equals("<") || order.equals("|"))) {
        throw new PickleException("has an array that is not little-endian");
      }
    }
  }

  private static Object dtype(List<Object> arguments) {
    if (arguments.isEmpty() || !(arguments.getFirst() instanceof String code)) {
      throw new PickleException("has an array without an element type");
    }
    return new Dtype(
        switch (code) {
          case "b1" -> StoredType.BOOL;
          case "u1" -> StoredType.U8;
          case "i1" -> StoredType.I8;
          case "i2" -> StoredType.I16;
          case "i4" -> StoredType.I32;
          case "i8" -> StoredType.I64;
          case "f2" -> StoredType.F16;
          case "f4" -> StoredType.F32;
          case "f8" -> StoredType.F64;
          default ->
              throw new PickleException(
                  "has an array of type '%s'; booleans, integers and floats can be read"
                      .formatted(code));
        });
  }

  /** Protocol 5: {@code (bytes, dtype, shape, order)}. */
  private static Object fromBuffer(List<Object> arguments) {
    if (arguments.size() == 4
        && arguments.get(0) instanceof MemorySegment bytes
        && arguments.get(1) instanceof Dtype dtype
        && arguments.get(3) instanceof String order) {
      Array array = new Array();
      array.fill(dtype, arguments.get(2), order.equals("F"), bytes);
      return array;
    }
    throw new PickleException("makes an array from something else than bytes");
  }

  /** How Python 3 writes bytes under protocol 2: text whose characters are the bytes. */
  private static Object encode(List<Object> arguments) {
    if (arguments.size() == 2
        && arguments.get(0) instanceof String text
        && "latin1".equals(arguments.get(1))) {
      return MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)).asReadOnly();
    }
    throw new PickleException("encodes a text in another way than bytes are written");
  }
}
