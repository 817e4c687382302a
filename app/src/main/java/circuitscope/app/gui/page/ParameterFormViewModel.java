package circuitscope.app.gui.page;

import circuitscope.probes.analysis.InvalidParametersException;
import circuitscope.probes.analysis.Parameter;
import circuitscope.probes.analysis.ParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/** The parameters of an analysis as they are typed, checked at each stroke. */
public final class ParameterFormViewModel {
  /** One parameter. */
  public static final class Field {
    private final Parameter parameter;
    private final StringProperty text;
    private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper("");

    private Field(Parameter parameter) {
      this.parameter = parameter;
      this.text = new SimpleStringProperty(initial(parameter));
    }

    private static String initial(Parameter parameter) {
      String byDefault = parameter.byDefault();
      return byDefault == null ? "" : byDefault;
    }

    public Parameter parameter() {
      return parameter;
    }

    /** The value as one would type it on the command line; empty for none. */
    public StringProperty textProperty() {
      return text;
    }

    /** Why the value cannot be used; empty when it can. */
    public ReadOnlyStringProperty problemProperty() {
      return problem.getReadOnlyProperty();
    }

    /** "max-windows" as people read it: "Max windows". */
    public String label() {
      String words = parameter.name().replace('-', ' ');
      return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
  }

  private final ParameterSpec<?> spec;
  private final List<Field> fields;
  private final ReadOnlyBooleanWrapper valid = new ReadOnlyBooleanWrapper();
  private final ReadOnlyStringWrapper problem = new ReadOnlyStringWrapper("");

  public ParameterFormViewModel(Class<? extends Record> parameters) {
    this.spec = ParameterSpec.of(parameters);
    this.fields = spec.parameters().stream().map(Field::new).toList();
    fields.forEach(field -> field.text.addListener(change -> check()));
    check();
  }

  public List<Field> fields() {
    return fields;
  }

  /**
   * The field of that name.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Field field(String name) {
    return fields.stream()
        .filter(field -> field.parameter.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no parameter is called " + name));
  }

  /** The values that were given, by name. */
  public Map<String, String> written() {
    Map<String, String> written = new LinkedHashMap<>();
    for (Field field : fields) {
      if (!field.text.get().isBlank()) {
        written.put(field.parameter.name(), field.text.get().strip());
      }
    }
    return written;
  }

  /** Takes over written values; names that are none of this form's are left out. */
  public void fill(Map<String, ?> written) {
    for (Field field : fields) {
      Object value = written.get(field.parameter.name());
      if (value instanceof List<?> list) {
        field.text.set(list.stream().map(Object::toString).collect(Collectors.joining(",")));
      } else if (value != null) {
        field.text.set(value.toString());
      }
    }
  }

  /** Puts every default back. */
  public void reset() {
    fields.forEach(field -> field.text.set(Field.initial(field.parameter)));
  }

  public ReadOnlyBooleanProperty validProperty() {
    return valid.getReadOnlyProperty();
  }

  /** What is wrong with the values together, or with none of the fields in particular. */
  public ReadOnlyStringProperty problemProperty() {
    return problem.getReadOnlyProperty();
  }

  private void check() {
    List<String> problems = List.of();
    try {
      spec.read(written());
    } catch (InvalidParametersException e) {
      problems = e.problems();
    }
    List<String> others = new ArrayList<>(problems);
    for (Field field : fields) {
      String start = field.parameter.name() + ": ";
      String own =
          problems.stream()
              .filter(one -> one.startsWith(start))
              .findFirst()
              .map(one -> one.substring(start.length()))
              .orElse("");
      others.removeIf(one -> one.startsWith(start));
      field.problem.set(own);
    }
    problem.set(String.join("\n", others));
    valid.set(problems.isEmpty());
  }
}
