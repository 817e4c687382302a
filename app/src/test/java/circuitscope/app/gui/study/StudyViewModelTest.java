package circuitscope.app.gui.study;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.gui.job.InlineJobs;
import circuitscope.app.gui.page.TestServices;
import circuitscope.app.gui.study.StudyViewModel.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.scene.Node;
import org.junit.jupiter.api.Test;

final class StudyViewModelTest {
  private final List<Asked> opened = new ArrayList<>();
  private final List<Entry> entries =
      List.of(
          new Entry("one", "One", "", (services, state) -> open(state)),
          new Entry("two", "Two", "", (services, state) -> open(state)));

  private StudyViewModel study(Map<String, Object> state) {
    return new StudyViewModel(entries, new TestServices(new InlineJobs()).services(), state);
  }

  private Question open(Map<String, Object> state) {
    Asked asked =
        new Asked(new SimpleStringProperty(String.valueOf(state.getOrDefault("mask", ""))));
    opened.add(asked);
    return asked;
  }

  @Test
  void aQuestionIsMadeWhenItIsFirstInFrontAndStaysAsItIs() {
    StudyViewModel study = study(Map.of());
    assertThat(opened).hasSize(1);
    study.choose("two");
    study.choose("one");
    study.choose("two");
    assertThat(opened).hasSize(2);
    assertThat(study.chosenProperty().get().question()).isSameAs(opened.getLast());
  }

  @Test
  void whatIsSharedChangesEverywhere() {
    StudyViewModel study = study(Map.of());
    opened.getFirst().mask.set("a.safetensors");
    study.choose("two");
    assertThat(opened.getLast().mask.get()).isEqualTo("a.safetensors");
    opened.getLast().mask.set("b.safetensors");
    assertThat(opened.getFirst().mask.get()).isEqualTo("b.safetensors");
  }

  @Test
  void aStateBringsTheQuestionInFrontBackAndKeepsTheOthers() {
    StudyViewModel study = study(Map.of());
    study.choose("two");
    StudyViewModel again = study(study.state());
    assertThat(again.chosenProperty().get().entry().id()).isEqualTo("two");
    assertThat(again.state()).isEqualTo(study.state());
  }

  /** A question that shares a mask. */
  private record Asked(StringProperty mask) implements Question {
    @Override
    public void share(Shared shared) {
      shared.join("mask", mask);
    }

    @Override
    public ObservableValue<String> title() {
      return mask;
    }

    @Override
    public Node view() {
      throw new UnsupportedOperationException("no window here");
    }

    @Override
    public Map<String, Object> state() {
      return Map.of("mask", mask.get());
    }

    @Override
    public Optional<String> loss() {
      return Optional.empty();
    }
  }
}
