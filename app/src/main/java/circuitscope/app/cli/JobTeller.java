package circuitscope.app.cli;

import circuitscope.app.session.job.Job.Cell;
import circuitscope.app.session.job.Outcome;
import circuitscope.app.session.job.run.JobListener;
import circuitscope.probes.analysis.Json;
import circuitscope.probes.analysis.Progress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Tells on standard error what becomes of the cells. */
sealed interface JobTeller extends JobListener {

  /** A line a cell that ended, beside the progress line. */
  record Text(Console console) implements JobTeller {
    @Override
    public void ended(Cell cell, Outcome outcome) {
      String end =
          switch (outcome.state()) {
            case DONE ->
                outcome.kept()
                    ? "done before"
                    : String.format(Locale.ROOT, "done in %.1f s", outcome.seconds());
            case FAILED -> "failed: " + outcome.problem();
            case NOT_RUN, ELSEWHERE -> "not run";
          };
      console.line(outcome.cell() + ": " + end);
    }

    @Override
    public void noted(String text) {
      console.note(text);
    }
  }

  /** One JSON document a line, for machines. */
  final class Lines implements JobTeller {
    private static final long TOLD_NANOS = 500_000_000L;

    private final Console console;
    private long toldNanos = System.nanoTime();

    Lines(Console console) {
      this.console = console;
    }

    @Override
    public void started(Cell cell) {
      say("started", cell, Map.of());
    }

    @Override
    public void progressed(Cell cell, Progress.Snapshot snapshot) {
      if (due()) {
        Map<String, Object> more = new LinkedHashMap<>();
        more.put("message", snapshot.message());
        more.put("fraction", snapshot.fraction());
        if (snapshot.total() > 0) {
          more.put("done", snapshot.done());
          more.put("total", snapshot.total());
          more.put("unit", snapshot.unit());
        }
        if (Double.isFinite(snapshot.secondsLeft())) {
          more.put("seconds_left", snapshot.secondsLeft());
        }
        say("progress", cell, more);
      }
    }

    @Override
    public void ended(Cell cell, Outcome outcome) {
      Map<String, Object> more = new LinkedHashMap<>();
      more.put("state", outcome.state());
      more.put("kept", outcome.kept());
      more.put("seconds", outcome.seconds());
      if (!outcome.problem().isEmpty()) {
        more.put("problem", outcome.problem());
      }
      say("ended", cell, more);
    }

    @Override
    public void noted(String text) {
      console.line(Json.line(Map.of("event", "note", "text", text)));
    }

    private synchronized boolean due() {
      boolean due = System.nanoTime() - toldNanos >= TOLD_NANOS;
      toldNanos = due ? System.nanoTime() : toldNanos;
      return due;
    }

    private void say(String event, Cell cell, Map<String, ?> more) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("event", event);
      document.put("number", cell.number());
      document.put("cell", cell.label());
      document.putAll(more);
      console.line(Json.line(document));
    }
  }
}
