package circuitscope.app.session.workspace;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Undo and redo: the states that a value has had, the oldest of which are forgotten beyond a limit.
 * Not for several threads.
 *
 * @param <T> an immutable value, such as {@link Workspace}
 */
public final class History<T> {
  /** A state to go to, and the edit that lies between it and the present one. */
  private record Step<T>(T state, String edit, @Nullable Object of) {}

  private final int limit;
  private final Deque<Step<T>> past = new ArrayDeque<>();
  private final Deque<Step<T>> future = new ArrayDeque<>();
  private T present;
  private @Nullable T saved;

  /**
   * A history that begins with a saved state.
   *
   * @param limit edits that can be undone
   */
  public History(T present, int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a history of %d edits; at least 1".formatted(limit));
    }
    this.present = present;
    this.saved = present;
    this.limit = limit;
  }

  public T present() {
    return present;
  }

  /**
   * Makes an edit; what was undone before it is forgotten. An edit that changes nothing is none.
   *
   * @param edit what was done, for a menu: "add model"
   */
  public void edit(T next, String edit) {
    edit(next, edit, null);
  }

  /**
   * Makes an edit that is one with the one before it where both are {@code of} the same thing, as
   * the letters typed into one field are.
   */
  public void edit(T next, String edit, @Nullable Object of) {
    if (next.equals(present)) {
      return;
    }
    Step<T> last = past.peek();
    boolean goesOn =
        of != null && future.isEmpty() && last != null && Objects.equals(of, last.of());
    if (!goesOn) {
      past.push(new Step<>(present, edit, of));
      if (past.size() > limit) {
        past.removeLast();
      }
    }
    future.clear();
    present = next;
  }

  /** The edit that {@link #undo} would take back. */
  public Optional<String> undoable() {
    return Optional.ofNullable(past.peek()).map(Step::edit);
  }

  /** The edit that {@link #redo} would make again. */
  public Optional<String> redoable() {
    return Optional.ofNullable(future.peek()).map(Step::edit);
  }

  /** Takes the last edit back, if there is one; returns the present state. */
  public T undo() {
    return go(past, future);
  }

  /** Makes the edit that was taken back last again, if there is one; returns the present state. */
  public T redo() {
    return go(future, past);
  }

  private T go(Deque<Step<T>> from, Deque<Step<T>> to) {
    Step<T> step = from.poll();
    if (step != null) {
      // What was gone through is closed: the next letter typed is an edit of its own.
      to.push(new Step<>(present, step.edit(), null));
      present = step.state();
    }
    return present;
  }

  /** Notes that the present state is the stored one; the next edit is one of its own. */
  public void markSaved() {
    markSaved(present);
  }

  /** Notes which state is the stored one, as where edits were made while it was being stored. */
  public void markSaved(T stored) {
    saved = stored;
    Step<T> last = past.poll();
    if (last != null) {
      past.push(new Step<>(last.state(), last.edit(), null));
    }
  }

  /** Notes that no state of this history is stored, as after a recovery. */
  public void markUnsaved() {
    saved = null;
  }

  /** Puts another value in the place of every state, as when all of them move to another folder. */
  public void replaceAll(UnaryOperator<T> moved) {
    present = moved.apply(present);
    replaceAll(past, moved);
    replaceAll(future, moved);
  }

  private static <T> void replaceAll(Deque<Step<T>> steps, UnaryOperator<T> moved) {
    for (int left = steps.size(); left > 0; left--) {
      Step<T> step = steps.remove();
      steps.add(new Step<>(moved.apply(step.state()), step.edit(), step.of()));
    }
  }

  /** Whether the present state differs from the stored one. */
  public boolean isChanged() {
    return !present.equals(saved);
  }
}
