package circuitscope.probes.corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Windows in a seeded random order: blocks of consecutive windows, each shuffled on its own. A
 * block is what is held in memory, and a position needs no history: block start and count within
 * it.
 */
public final class ShuffledWindows implements AutoCloseable {
  private final TokenWindows source;
  private final int blockWindows;
  private final long seed;
  private TokenWindows.Position blockStart;
  private List<TokenWindow> block = List.of();
  private int taken;

  /**
   * Where a shuffled pass stands.
   *
   * @param block where the present block begins
   * @param taken windows of the block that are used up
   */
  public record Position(TokenWindows.Position block, int taken) {
    public static final Position START = new Position(TokenWindows.Position.START, 0);
  }

  /**
   * A shuffled pass over windows, from a position on.
   *
   * @param source opened at {@code from.block()}; closed with this
   * @param blockWindows windows a block; the same on resuming
   */
  public ShuffledWindows(TokenWindows source, int blockWindows, long seed, Position from)
      throws IOException {
    if (blockWindows < 1) {
      throw new IllegalArgumentException("a block needs at least 1 window, got " + blockWindows);
    }
    this.source = source;
    this.blockWindows = blockWindows;
    this.seed = seed;
    blockStart = from.block();
    if (from.taken() > 0) {
      readBlock();
      taken = from.taken();
      if (taken > block.size()) {
        throw new CorpusException(
            "the position to go on from is window %d of a block of %d; the files have changed"
                .formatted(taken, block.size()));
      }
    }
  }

  /** The next window; null after the last. */
  public @Nullable TokenWindow next() throws IOException {
    if (taken == block.size()) {
      readBlock();
    }
    return block.isEmpty() ? null : block.get(taken++);
  }

  public Position position() {
    return taken == block.size()
        ? new Position(source.position(), 0)
        : new Position(blockStart, taken);
  }

  @Override
  public void close() throws IOException {
    source.close();
  }

  private void readBlock() throws IOException {
    blockStart = source.position();
    block = new ArrayList<>(source.nextBatch(blockWindows));
    taken = 0;
    // Two rounds of a 64-bit mix part neighbouring seeds and blocks.
    Collections.shuffle(block, new Random(mix(mix(seed) + blockStart.window())));
  }

  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
