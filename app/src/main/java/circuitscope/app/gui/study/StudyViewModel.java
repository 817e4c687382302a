package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Services;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;

/** The questions of a page: those that were opened, and the one in front. */
public final class StudyViewModel {
  /**
   * A question that can be asked.
   *
   * @param note in a few words below its title, its paper say; may be empty
   * @param opener makes it; the state is empty for a new one
   */
  public record Entry(
      String id,
      String title,
      String note,
      BiFunction<Services, Map<String, Object>, Question> opener) {}

  /** A question in front. */
  public record Chosen(Entry entry, Question question) {}

  private final List<Entry> entries;
  private final Services services;
  private final Shared shared = new Shared();
  private final Map<String, Question> opened = new LinkedHashMap<>();
  private final Map<String, Object> stored = new LinkedHashMap<>();
  private final ReadOnlyObjectWrapper<Chosen> chosen;

  /**
   * Opens the first question, or the one that was in front.
   *
   * @param state what {@link #state} gave another time; empty for a new page
   */
  public StudyViewModel(List<Entry> entries, Services services, Map<String, Object> state) {
    this.entries = List.copyOf(entries);
    this.services = services;
    if (state.get("questions") instanceof Map<?, ?> earlier) {
      earlier.forEach((id, value) -> stored.put(id.toString(), value));
    }
    Entry first =
        entries.stream()
            .filter(entry -> entry.id().equals(state.get("question")))
            .findFirst()
            .orElse(entries.getFirst());
    chosen = new ReadOnlyObjectWrapper<>(new Chosen(first, open(first)));
  }

  public List<Entry> entries() {
    return entries;
  }

  public ReadOnlyObjectProperty<Chosen> chosenProperty() {
    return chosen.getReadOnlyProperty();
  }

  public Shared shared() {
    return shared;
  }

  /** Brings a question to the front. */
  public void choose(Entry entry) {
    if (!chosen.get().entry().equals(entry)) {
      chosen.set(new Chosen(entry, open(entry)));
    }
  }

  /**
   * Brings the question of that id to the front.
   *
   * @throws IllegalArgumentException when there is none
   */
  public Question choose(String id) {
    choose(
        entries.stream()
            .filter(entry -> entry.id().equals(id))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no question is called " + id)));
    return chosen.get().question();
  }

  private Question open(Entry entry) {
    Question question = opened.get(entry.id());
    if (question == null) {
      Map<String, Object> state = new LinkedHashMap<>();
      if (stored.get(entry.id()) instanceof Map<?, ?> earlier) {
        earlier.forEach((name, value) -> state.put(name.toString(), value));
      }
      question = entry.opener().apply(services, state);
      question.share(shared);
      opened.put(entry.id(), question);
    }
    return question;
  }

  /** What would be lost by closing, of the first question that would lose something. */
  public Optional<String> loss() {
    return opened.values().stream().flatMap(one -> one.loss().stream()).findFirst();
  }

  public Map<String, Object> state() {
    Map<String, Object> questions = new LinkedHashMap<>(stored);
    opened.forEach((id, question) -> questions.put(id, question.state()));
    return Map.of("question", chosen.get().entry().id(), "questions", questions);
  }

  public void close() {
    opened.values().forEach(Question::close);
  }
}
