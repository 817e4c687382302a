package circuitscope.probes.pairs;

import java.util.Arrays;
import java.util.function.IntFunction;

/** A clean and a corrupted prompt of different token counts; the message names where they part. */
public final class UnalignedPairException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnalignedPairException(int[] clean, int[] corrupted, IntFunction<String> label) {
    super(
        "the clean prompt has %d tokens and the corrupted one %d; they must be equally long, so that"
                .formatted(clean.length, corrupted.length)
            + " position by position one can stand for the other. They differ first at position "
            + where(clean, corrupted, label));
  }

  private static String where(int[] clean, int[] corrupted, IntFunction<String> label) {
    int shorter = Math.min(clean.length, corrupted.length);
    int differs = Arrays.mismatch(clean, 0, shorter, corrupted, 0, shorter);
    int at = differs < 0 ? shorter : differs;
    return "%d: %s and %s".formatted(at, at(clean, at, label), at(corrupted, at, label));
  }

  private static String at(int[] ids, int position, IntFunction<String> label) {
    return position < ids.length ? "'" + label.apply(ids[position]) + "'" : "the end";
  }
}
