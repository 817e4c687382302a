package circuitscope.app.gui.analysis;

import circuitscope.app.gui.model.LoadedModel;
import circuitscope.app.gui.page.ChosenModel;
import circuitscope.app.gui.page.InputFormViewModel;
import circuitscope.app.gui.page.ParameterFormViewModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** What opens a page again as it stands: its model, its tokens and its parameters. */
public final class PageState {
  private PageState() {}

  /**
   * The page as plain values.
   *
   * @param forms by the names that they have in the state
   */
  public static Map<String, Object> keep(
      ChosenModel model, InputFormViewModel input, Map<String, ParameterFormViewModel> forms) {
    Map<String, Object> state = new LinkedHashMap<>();
    forms.forEach((name, form) -> state.put(name, form.written()));
    state.put("input", input.state());
    LoadedModel asked = model.get();
    if (asked != null) {
      state.put("model", asked.name());
    }
    return state;
  }

  /** Takes over what {@link #keep} gave; what is missing stays as it is. */
  public static void restore(
      Map<String, Object> state,
      ChosenModel model,
      InputFormViewModel input,
      Map<String, ParameterFormViewModel> forms) {
    forms.forEach(
        (name, form) -> {
          if (state.get(name) instanceof Map<?, ?> stored) {
            Map<String, Object> written = new LinkedHashMap<>();
            stored.forEach((key, value) -> written.put(key.toString(), value));
            form.fill(written);
          }
        });
    if (state.get("input") instanceof Map<?, ?> stored) {
      input.restore(stored);
    }
    if (state.get("model") instanceof String name) {
      model.prefer(name);
    }
  }
}
