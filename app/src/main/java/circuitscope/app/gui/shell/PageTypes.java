package circuitscope.app.gui.shell;

import circuitscope.app.gui.analysis.AnalysisPage;
import circuitscope.app.gui.attention.AttentionPage;
import circuitscope.app.gui.batch.BatchPage;
import circuitscope.app.gui.circuits.CircuitsPage;
import circuitscope.app.gui.heads.HeadsPage;
import circuitscope.app.gui.page.PageType;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.gui.probes.ProbesPage;
import circuitscope.app.gui.prompt.PromptPage;
import circuitscope.app.gui.residual.ResidualPage;
import circuitscope.app.gui.results.ResultPage;
import circuitscope.app.gui.results.ResultsPage;
import circuitscope.app.gui.sinks.SinksPage;
import circuitscope.app.gui.subnetworks.SubnetworksPage;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.AnalysisRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The pages that can be opened: those made by hand, then one for every analysis. */
public final class PageTypes {
  /** Pages of their own; a new one is one line here. */
  private static final List<PageType> OWN =
      List.of(
          PromptPage.type(),
          AttentionPage.type(),
          HeadsPage.type(),
          SinksPage.type(),
          SubnetworksPage.type(),
          ResidualPage.type(),
          CircuitsPage.type(),
          ProbesPage.type(),
          BatchPage.type(),
          ResultsPage.type());

  /** Pages of something that is there already, opened from it alone: in no menu. */
  private static final List<PageType> OF_THINGS = List.of(ResultPage.type());

  /** The groups in their order, by the first word of the analyses that belong to them. */
  private static final List<String> GROUPS =
      List.of(
          "predictions",
          "attention",
          "heads",
          "sinks",
          "subnetworks",
          "residual",
          "circuits",
          "seed",
          "work");

  private static final Map<String, String> GROUP_OF_WORD =
      Map.of(
          "heads", "heads",
          "sinks", "sinks",
          "subnetwork", "subnetworks",
          "residual", "residual",
          "circuit", "circuits",
          "patch", "circuits",
          "probe", "seed");

  private static final Map<String, String> ICONS =
      Map.of(
          "predictions", "fth-message-square",
          "attention", "fth-grid",
          "heads", "fth-target",
          "sinks", "fth-anchor",
          "subnetworks", "fth-scissors",
          "residual", "fth-trending-up",
          "circuits", "fth-share-2",
          "seed", "fth-feather",
          "work", "fth-archive");

  private PageTypes() {}

  /** Those that are there before the analyses are loaded. */
  public static List<PageType> own() {
    return OWN;
  }

  /** Those that no menu offers. */
  static List<PageType> ofThings() {
    return OF_THINGS;
  }

  /** One for every analysis. */
  public static List<PageType> of(AnalysisRegistry registry) {
    List<PageType> types = new ArrayList<>();
    for (Analysis<?, ?> analysis : registry.all()) {
      String group = GROUP_OF_WORD.getOrDefault(analysis.words().getFirst(), "predictions");
      types.add(AnalysisPage.type(analysis, group, icon(group)));
    }
    return types;
  }

  public static List<String> groups() {
    return GROUPS;
  }

  public static String groupTitle(String group) {
    return Texts.SHARED.get("group." + group);
  }

  public static String icon(String group) {
    return ICONS.getOrDefault(group, "fth-bar-chart-2");
  }
}
