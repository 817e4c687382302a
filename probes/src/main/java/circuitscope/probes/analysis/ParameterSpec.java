package circuitscope.probes.analysis;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an analysis, read off its record: names, types, ranges, defaults and help, and
 * the way from written values to a record and back.
 *
 * @param <P> a public record whose components all carry {@link Param}
 */
public final class ParameterSpec<P extends Record> {
  private final Class<P> type;
  private final RecordComponent[] components;
  private final List<Parameter> parameters;

  private ParameterSpec(Class<P> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.parameters = Arrays.stream(components).map(Parameter::of).toList();
  }

  public static <P extends Record> ParameterSpec<P> of(Class<P> type) {
    return new ParameterSpec<>(type);
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  /**
   * The record for values as they were typed or parsed, keyed by {@link Parameter#name()}.
   *
   * @throws InvalidParametersException naming every unknown key, missing value and value out of
   *     range, or what the record itself refuses
   */
  public P read(Map<String, ?> written) {
    List<String> problems = new ArrayList<>();
    List<String> names = parameters.stream().map(Parameter::name).toList();
    for (String key : new TreeMap<>(written).keySet()) {
      if (!names.contains(key)) {
        problems.add(
            "%s: there is no such parameter%s; there are: %s"
                .formatted(key, Nearest.hint(key, names), String.join(", ", names)));
      }
    }
    @Nullable Object[] values = new Object[parameters.size()];
    for (int i = 0; i < values.length; i++) {
      Parameter parameter = parameters.get(i);
      try {
        values[i] = value(parameter, written.get(parameter.name()));
      } catch (IllegalArgumentException e) {
        problems.add(Objects.requireNonNull(e.getMessage()));
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidParametersException(problems);
    }
    return construct(values);
  }

  /** The values of a record as they would be written, without those that are absent. */
  public Map<String, Object> write(P record) {
    Map<String, Object> written = new LinkedHashMap<>();
    for (int i = 0; i < components.length; i++) {
      Object value = get(components[i], record);
      if (value != null) {
        written.put(parameters.get(i).name(), Parameter.written(value));
      }
    }
    return written;
  }

  private static @Nullable Object value(Parameter parameter, @Nullable Object given) {
    Object source = given == null ? parameter.byDefault() : given;
    if (source == null) {
      if (parameter.required()) {
        throw new IllegalArgumentException(
            "%s: must be given, %s".formatted(parameter.name(), parameter.allowed()));
      }
      return parameter.list() ? List.of() : null;
    }
    if (!parameter.list()) {
      return parameter.read(source);
    }
    List<?> items =
        source instanceof List<?> list ? list : Arrays.asList(source.toString().split(",", -1));
    return items.stream().map(parameter::read).toList();
  }

  private P construct(@Nullable Object[] values) {
    try {
      Class<?>[] types =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      Constructor<P> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException refused) {
        throw new InvalidParametersException(List.of(String.valueOf(refused.getMessage())));
      }
      throw new IllegalStateException(type + " cannot be constructed", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be constructed", e);
    }
  }

  private static @Nullable Object get(RecordComponent component, Record record) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }
}
