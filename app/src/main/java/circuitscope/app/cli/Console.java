package circuitscope.app.cli;

import circuitscope.probes.analysis.Json;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Where results and messages go: results to {@code out}, everything else to {@code err}.
 *
 * @param terminal whether {@code err} is a terminal on which a line can be redrawn
 */
public record Console(PrintStream out, PrintStream err, boolean terminal) {
  static Console system() {
    return new Console(System.out, System.err, Boolean.getBoolean("circuitscope.terminal"));
  }

  /** Prints a result: the one JSON document, or lines for people. */
  void result(boolean json, Object document, String text) {
    out.print(json ? Json.pretty(document) : text);
    if (!text.endsWith("\n") || json) {
      out.println();
    }
    out.flush();
  }

  /** Tells people something beside the result. */
  void note(String text) {
    err.println("circuitscope: " + text);
  }

  /** Prints a line to {@code err}, over what a progress line may have left there. */
  void line(String text) {
    err.println(terminal ? "\r\033[K" + text : text);
  }

  PrintWriter outWriter() {
    return new PrintWriter(out, true, StandardCharsets.UTF_8);
  }

  PrintWriter errWriter() {
    return new PrintWriter(err, true, StandardCharsets.UTF_8);
  }
}
