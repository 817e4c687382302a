package circuitscope.models.checkpoint.pickle;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs one pickle (protocols 1 to 5) and gives the value it leaves. Opcodes are those of Python's
 * {@code pickletools}. Time and memory are bounded by the pickle's length: every opcode reads at
 * least one byte and pushes at most one value, and values are shared, not copied.
 */
public final class PickleMachine {
  private final PickleInput in;
  private final PickleVocabulary vocabulary;
  private final Map<Long, Object> memo = new HashMap<>();
  private final Deque<List<Object>> outer = new ArrayDeque<>();
  private List<Object> stack = new ArrayList<>();

  private PickleMachine(MemorySegment pickle, PickleVocabulary vocabulary) {
    this.in = new PickleInput(pickle);
    this.vocabulary = vocabulary;
  }

  /**
   * The value of a pickle, built from what {@code vocabulary} allows.
   *
   * @throws PickleException if the pickle is damaged or names anything else
   */
  public static Object run(MemorySegment pickle, PickleVocabulary vocabulary) {
    return new PickleMachine(pickle, vocabulary).run();
  }

  private Object run() {
    while (true) {
      long at = in.position();
      int opcode = in.uint8();
      if (opcode == '.') {
        return pop();
      }
      step(opcode, at);
    }
  }

  private void step(int opcode, long at) {
    switch (opcode) {
      case 0x80 -> in.uint8(); // PROTO
      case 0x95 -> in.int64(); // FRAME
      case '(' -> {
        outer.push(stack);
        stack = new ArrayList<>();
      }
      case '0' -> {
        if (stack.isEmpty()) {
          popToMark();
        } else {
          pop();
        }
      }
      case '1' -> popToMark();
      case '2' -> push(top());
      case 'N' -> push(PickleNone.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'I' -> push(decimalOrBoolean(in.line()));
      case 'L' -> push(decimal(in.line().replaceFirst("L$", "")));
      case 'J' -> push((long) in.int32());
      case 'K' -> push((long) in.uint8());
      case 'M' -> push((long) in.uint16());
      case 0x8a -> push(in.integer(in.uint8()));
      case 'G' -> push(in.float64());
      case 'X' -> push(in.utf8(in.uint32()));
      case 0x8c -> push(in.utf8(in.uint8()));
      case 0x8d -> push(in.utf8(in.int64()));
      case 'T' -> push(in.latin1(in.uint32()));
      case 'U' -> push(in.latin1(in.uint8()));
      case 'B' -> push(in.bytes(in.uint32()));
      case 'C' -> push(in.bytes(in.uint8()));
      case 0x8e, 0x96 -> push(in.bytes(in.int64())); // BINBYTES8, BYTEARRAY8
      case ']' -> push(new ArrayList<>());
      case 'l' -> push(new ArrayList<>(popToMark()));
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(popToMark());
      case ')' -> push(new PickleTuple(List.of()));
      case 't' -> push(new PickleTuple(popToMark()));
      case 0x85 -> push(new PickleTuple(List.of(pop())));
      case 0x86 -> push(new PickleTuple(popLast(2)));
      case 0x87 -> push(new PickleTuple(popLast(3)));
      case '}' -> push(new LinkedHashMap<>());
      case 'd' -> {
        List<Object> pairs = popToMark();
        push(new LinkedHashMap<>());
        setItems(pairs);
      }
      case 's' -> setItems(popLast(2));
      case 'u' -> setItems(popToMark());
      case 'p' -> memo.put(asIndex(in.line()), top());
      case 'q' -> memo.put((long) in.uint8(), top());
      case 'r' -> memo.put(in.uint32(), top());
      case 0x94 -> memo.put((long) memo.size(), top());
      case 'g' -> recall(asIndex(in.line()));
      case 'h' -> recall(in.uint8());
      case 'j' -> recall(in.uint32());
      case 'c' -> global(in.line(), in.line());
      case 0x93 -> {
        List<Object> names = popLast(2);
        if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
          throw new PickleException("names a global by something else than texts at byte " + at);
        }
        global(module, name);
      }
      case 'R', 0x81 -> call(); // REDUCE, NEWOBJ
      case 'b' -> build();
      case 'Q' -> push(vocabulary.persistent(pop()));
      default ->
          throw new PickleException(
              "has opcode 0x%02x at byte %d, which no weights need".formatted(opcode, at));
    }
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object top() {
    if (stack.isEmpty()) {
      throw underflow();
    }
    return stack.getLast();
  }

  private Object pop() {
    if (stack.isEmpty()) {
      throw underflow();
    }
    return stack.removeLast();
  }

  private List<Object> popLast(int count) {
    if (stack.size() < count) {
      throw underflow();
    }
    List<Object> tail = stack.subList(stack.size() - count, stack.size());
    List<Object> values = List.copyOf(tail);
    tail.clear();
    return values;
  }

  private List<Object> popToMark() {
    if (outer.isEmpty()) {
      throw underflow();
    }
    List<Object> values = stack;
    stack = outer.pop();
    return values;
  }

  private PickleException underflow() {
    return new PickleException(
        "takes more values than it made, before byte %d; it is damaged".formatted(in.position()));
  }

  private void recall(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new PickleException("recalls value %d, which it never stored".formatted(index));
    }
    push(value);
  }

  @SuppressWarnings("unchecked") // every List here was made by this machine
  private void append(List<Object> values) {
    if (!(top() instanceof List<?> list)) {
      throw new PickleException("appends to something that is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked") // every Map here was made by this machine or its vocabulary
  private void setItems(List<Object> pairs) {
    if (!(top() instanceof Map<?, ?> map) || pairs.size() % 2 != 0) {
      throw new PickleException("sets items of something that is no dictionary");
    }
    for (int i = 0; i < pairs.size(); i += 2) {
      Object key = pairs.get(i);
      if (!(key instanceof String || key instanceof Number || key instanceof Boolean)) {
        throw new PickleException("has a dictionary key that is neither a text nor a number");
      }
      ((Map<Object, Object>) map).put(key, pairs.get(i + 1));
    }
  }

  private void global(String module, String name) {
    push(
        vocabulary
            .global(module, name)
            .orElseThrow(
                () ->
                    new PickleException(
                        ("asks Python for '%s.%s', which is not among the things it may build;"
                                + " a pickle can run any code, so this one is refused")
                            .formatted(shortened(module), shortened(name)))));
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }

  private void call() {
    Object arguments = pop();
    if (pop() instanceof PickleVocabulary.Callable callable
        && arguments instanceof PickleTuple tuple) {
      push(callable.call(tuple.members()));
    } else {
      throw new PickleException(
          "calls something that cannot be called, before byte " + in.position());
    }
  }

  /** Attributes set on a dictionary ({@code _metadata} of a state dictionary) are dropped. */
  private void build() {
    Object state = pop();
    switch (top()) {
      case PickleVocabulary.Stateful value -> value.setState(state);
      case Map<?, ?> dictionary when state instanceof Map<?, ?> -> {}
      default ->
          throw new PickleException(
              "sets the state of something that has none, before byte " + in.position());
    }
  }

  private static Object decimalOrBoolean(String text) {
    return switch (text) {
      case "00" -> false;
      case "01" -> true;
      default -> decimal(text);
    };
  }

  private static Object decimal(String text) {
    if (text.length() > 1000 || !text.strip().matches("[+-]?[0-9]+")) {
      throw new PickleException("has '%s' where a number should be".formatted(shortened(text)));
    }
    BigInteger value = new BigInteger(text.strip());
    return value.bitLength() < Long.SIZE ? (Object) value.longValueExact() : value;
  }

  private static long asIndex(String text) {
    if (decimal(text) instanceof Long index) {
      return index;
    }
    throw new PickleException("has '%s' where an index should be".formatted(shortened(text)));
  }
}
