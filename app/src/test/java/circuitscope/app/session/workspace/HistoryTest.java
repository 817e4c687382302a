package circuitscope.app.session.workspace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class HistoryTest {
  @Test
  void undoAndRedoGoBackAndForthAndAnEditForgetsWhatWasUndone() {
    History<String> history = new History<>("", 10);
    history.edit("a", "type a");
    history.edit("ab", "type b");
    assertThat(history.undoable()).contains("type b");
    assertThat(history.undo()).isEqualTo("a");
    assertThat(history.redoable()).contains("type b");
    assertThat(history.redo()).isEqualTo("ab");
    assertThat(history.undo()).isEqualTo("a");
    history.edit("ac", "type c");
    assertThat(history.redoable()).isEmpty();
    assertThat(history.redo()).isEqualTo("ac");
    assertThat(history.undo()).isEqualTo("a");
    assertThat(history.undo()).isEmpty();
    assertThat(history.undo()).isEmpty();
  }

  @Test
  void onlyTheLastEditsOfABoundedHistoryCanBeUndone() {
    History<Integer> history = new History<>(0, 3);
    for (int i = 1; i <= 10; i++) {
      history.edit(i, "count");
    }
    for (int i = 0; i < 10; i++) {
      history.undo();
    }
    assertThat(history.present()).isEqualTo(7);
    assertThat(history.isChanged()).isTrue();
  }

  @Test
  void editsOfOneFieldAreUndoneTogetherUntilASave() {
    History<String> history = new History<>("", 10);
    history.edit("t", "title", "field");
    history.edit("ti", "title", "field");
    history.markSaved();
    assertThat(history.isChanged()).isFalse();
    history.edit("tit", "title", "field");
    history.edit("titl", "title", "field");
    history.edit("titl", "nothing");
    assertThat(history.isChanged()).isTrue();
    assertThat(history.undo()).isEqualTo("ti");
    assertThat(history.isChanged()).isFalse();
    assertThat(history.undo()).isEmpty();
    assertThat(history.redo()).isEqualTo("ti");
  }
}
