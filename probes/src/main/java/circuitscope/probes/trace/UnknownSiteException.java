package circuitscope.probes.trace;

import circuitscope.probes.model.DecoderSpec;
import java.util.Comparator;
import java.util.List;

/** A site, head or position was asked for that the model does not have. */
public final class UnknownSiteException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  public UnknownSiteException(String message) {
    super(message);
  }

  static UnknownSiteException nearest(String asked, List<Site> sites, DecoderSpec spec) {
    String nearest =
        sites.stream()
            .map(Site::name)
            .min(Comparator.comparingInt(name -> distance(asked, name)))
            .orElse("none");
    return new UnknownSiteException(
        "no site '%s' in this %s model of %d layers; the nearest is '%s'"
            .formatted(asked, spec.family(), spec.layers(), nearest));
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
