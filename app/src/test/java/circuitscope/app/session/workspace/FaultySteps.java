package circuitscope.app.session.workspace;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** File steps of which one is the last: there the process is killed, or the power goes. */
final class FaultySteps implements FileSteps {
  /** How the end comes. */
  enum End {
    /** kill -9 before the step. */
    KILLED_BEFORE,
    /** kill -9 when a write is half done. */
    KILLED_HALFWAY,
    /** The power goes before the step; what was not synchronised is lost, names are kept. */
    POWER_CUT_KEEPS_NAMES,
    /** The power goes before the step; new names that were not synchronised are lost too. */
    POWER_CUT_LOSES_NAMES
  }

  /** Not an Exception: nothing may handle it, as nothing handles a kill. */
  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private record Move(Path from, Path to, byte @Nullable [] replaced) {}

  private final FileSteps real = FileSteps.real();
  private final int last;
  private final End end;
  private final Map<Path, byte[]> unsynchronised = new HashMap<>();
  private final Deque<Move> moves = new ArrayDeque<>();
  private int step;

  /** Ends at step {@code last}, counted from 0. */
  FaultySteps(int last, End end) {
    this.last = last;
    this.end = end;
  }

  private void step() throws IOException {
    if (step++ != last) {
      return;
    }
    if (end == End.POWER_CUT_LOSES_NAMES) {
      while (!moves.isEmpty()) {
        Move move = moves.pop();
        Files.move(move.to(), move.from());
        if (unsynchronised.containsKey(move.to())) {
          unsynchronised.put(move.from(), unsynchronised.remove(move.to()));
        }
        if (move.replaced() != null) {
          Files.write(move.to(), move.replaced());
        }
      }
    }
    if (end == End.POWER_CUT_KEEPS_NAMES || end == End.POWER_CUT_LOSES_NAMES) {
      for (Path file : unsynchronised.keySet()) {
        Files.write(file, new byte[0]);
      }
    }
    throw new Killed();
  }

  @Override
  public void write(Path file, byte[] bytes) throws IOException {
    if (step == last && end == End.KILLED_HALFWAY) {
      real.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
    step();
    real.write(file, bytes);
    unsynchronised.put(file, bytes);
  }

  @Override
  public void sync(Path file) throws IOException {
    step();
    real.sync(file);
    unsynchronised.remove(file);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    step();
    byte[] replaced = Files.exists(to) ? Files.readAllBytes(to) : null;
    real.move(from, to);
    moves.push(new Move(from, to, replaced));
    if (unsynchronised.containsKey(from)) {
      unsynchronised.put(to, unsynchronised.remove(from));
    }
  }

  @Override
  public void delete(Path file) throws IOException {
    step();
    real.delete(file);
  }

  @Override
  public void syncFolder(Path folder) throws IOException {
    step();
    real.syncFolder(folder);
    moves.clear();
  }
}
