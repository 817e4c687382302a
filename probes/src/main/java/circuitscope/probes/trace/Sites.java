package circuitscope.probes.trace;

import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The sites of a model, by name and by glob. */
public final class Sites {
  private Sites() {}

  /** Every site of the model, in the order of the forward pass. */
  public static List<Site> of(DecoderSpec spec) {
    TreeSet<Site> sites = new TreeSet<>();
    for (SiteKind kind : SiteKind.values()) {
      if (!kind.existsIn(spec)) {
        continue;
      }
      for (int layer = 0; layer < (kind.ofLayer() ? spec.layers() : 1); layer++) {
        sites.add(kind.ofLayer() ? Site.of(kind, layer) : Site.of(kind));
      }
    }
    return List.copyOf(sites);
  }

  /** One kind of site in every layer. */
  public static List<Site> inEveryLayer(SiteKind kind, DecoderSpec spec) {
    List<Site> sites = new ArrayList<>();
    for (int layer = 0; layer < spec.layers(); layer++) {
      sites.add(checked(Site.of(kind, layer), spec));
    }
    return sites;
  }

  /**
   * The sites that match any of the globs ({@code *} stands for any run of characters).
   *
   * @throws UnknownSiteException for a glob that matches nothing, naming the nearest site
   */
  public static List<Site> matching(Collection<String> globs, DecoderSpec spec) {
    List<Site> all = of(spec);
    TreeSet<Site> matching = new TreeSet<>();
    for (String glob : globs) {
      Pattern pattern = Pattern.compile(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
      List<Site> found =
          all.stream().filter(site -> pattern.matcher(site.name()).matches()).toList();
      if (found.isEmpty()) {
        throw UnknownSiteException.nearest(glob, all, spec);
      }
      matching.addAll(found);
    }
    return List.copyOf(matching);
  }

  /**
   * The site itself.
   *
   * @throws UnknownSiteException when the model has no such site
   */
  public static Site checked(Site site, DecoderSpec spec) {
    boolean layerExists = !site.kind().ofLayer() || site.layer() < spec.layers();
    if (!layerExists || !site.kind().existsIn(spec)) {
      throw UnknownSiteException.nearest(site.name(), of(spec), spec);
    }
    return site;
  }
}
