package circuitscope.app.session.job.report;

import circuitscope.app.session.page.Html;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * What says when or how long stands in {@code <time>} elements and nowhere else, so that two pages
 * of the same results are the same once these are blanked.
 */
final class Times {
  private static final Pattern IN_TEXT =
      Pattern.compile(
          "\\d[\\d.,]*\\s?(?:s|ms|min|h|[A-Za-z]+/s)(?![A-Za-z/])"
              + "|(?<=\"(?:started_at|wall_seconds)\" : )[^,\\n]+");

  private Times() {}

  static String mark(String html) {
    return "<time>" + html + "</time>";
  }

  static String seconds(double seconds) {
    return mark(String.format(Locale.ROOT, "%.1f s", seconds));
  }

  /** A text for a page, its times marked. */
  static String marked(String text) {
    return IN_TEXT.matcher(Html.escape(text).replace("&quot;", "\"")).replaceAll("<time>$0</time>");
  }
}
