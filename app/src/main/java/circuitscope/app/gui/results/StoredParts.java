package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Outcome;
import circuitscope.app.gui.page.StoredResult;
import circuitscope.app.session.compare.Compare;
import circuitscope.app.session.compare.Comparison;
import circuitscope.app.session.workspace.ResultDigest;
import circuitscope.probes.analysis.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads one stored result, or the difference of two. Belongs into jobs. */
final class StoredParts {
  /** That of the command line. */
  private static final long SEED = 0;

  private StoredParts() {}

  /** One result, and whether its files are those that were added. */
  static Shown.One one(Row row) throws IOException {
    boolean changed = !row.item().digest().equals(ResultDigest.of(row.folder()));
    return new Shown.One(row, StoredResult.of(row.folder()), changed);
  }

  /** Two results as {@code circuitscope compare A B} gives them, else beside each other. */
  static Shown two(Row a, Row b) throws IOException {
    if (!a.item().analysis().equals(b.item().analysis())) {
      String reason = Words.TEXTS.get("other-analyses", a.title(), b.title());
      return new Shown.Beside(
          a, b, reason, StoredResult.of(a.folder()), StoredResult.of(b.folder()));
    }
    try {
      Comparison comparison = Compare.stored(a.folder(), b.folder(), SEED);
      return new Shown.Compared(a, b, comparison, of(comparison));
    } catch (IOException | IllegalArgumentException e) {
      String reason = String.valueOf(e.getMessage());
      return new Shown.Beside(
          a, b, reason, StoredResult.of(a.folder()), StoredResult.of(b.folder()));
    }
  }

  private static Outcome.Parts of(Comparison comparison) {
    List<Outcome.Entry> protocol = new ArrayList<>();
    for (Map.Entry<String, Comparison.About> side :
        List.of(Map.entry("A", comparison.a()), Map.entry("B", comparison.b()))) {
      Comparison.About about = side.getValue();
      protocol.add(new Outcome.Entry(side.getKey(), about.label()));
      protocol.add(new Outcome.Entry(side.getKey() + ".model", about.model()));
      protocol.add(new Outcome.Entry(side.getKey() + ".model_digest", about.modelDigest()));
      protocol.add(new Outcome.Entry(side.getKey() + ".tokens_digest", about.tokensDigest()));
    }
    comparison
        .protocol()
        .forEach((name, value) -> protocol.add(new Outcome.Entry(name, value.toString())));
    return new Outcome.Parts(
        comparison.summary().strip(),
        comparison.figures(),
        comparison.tables(),
        protocol,
        Json.pretty(comparison));
  }
}
