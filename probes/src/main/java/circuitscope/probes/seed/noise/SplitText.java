package circuitscope.probes.seed.noise;

import org.jspecify.annotations.Nullable;

/** A context and the target after it, which begins with a space after ink. */
record SplitText(String context, String target) {
  /** Cut at the first such space after two thirds of the text; null where there is none. */
  static @Nullable SplitText of(String text) {
    for (int at = Math.max(1, 2 * text.length() / 3); at < text.length() - 1; at++) {
      if (text.charAt(at) == ' ' && text.charAt(at - 1) > ' ' && text.charAt(at - 1) < 0x7f) {
        return new SplitText(text.substring(0, at), text.substring(at));
      }
    }
    return null;
  }
}
