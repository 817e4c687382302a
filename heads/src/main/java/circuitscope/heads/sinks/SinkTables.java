package circuitscope.heads.sinks;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;

/** The tables of sink rates, long form: one row a number. */
final class SinkTables {
  private SinkTables() {}

  static List<DataTable> of(SinkRate result) {
    List<List<Object>> heads = new ArrayList<>();
    List<List<Object>> positions = new ArrayList<>();
    List<List<Object>> surface = new ArrayList<>();
    List<List<Object>> beyond = new ArrayList<>();
    for (SinkProfile profile : result.profiles()) {
      heads(profile, heads);
      positions(profile, positions);
      surface(profile, surface);
      beyond(profile, beyond);
    }
    return List.of(
        new DataTable(
            "sink-alpha",
            List.of(
                "tokens", "head", "layer", "index", "alpha0", "low", "high", "times_uniform", "p"),
            heads),
        new DataTable(
            "sink-positions", List.of("tokens", "key", "alpha", "uniform_alpha"), positions),
        new DataTable(
            "sink-surface",
            List.of("tokens", "length", "epsilon", "key", "rate", "low", "high", "times_uniform"),
            surface),
        new DataTable(
            "beyond-sink", List.of("tokens", "head", "surviving", "distance", "share"), beyond));
  }

  private static void heads(SinkProfile profile, List<List<Object>> rows) {
    for (SinkProfile.Head head : profile.heads()) {
      Estimate alpha = head.alpha0();
      rows.add(
          List.of(
              profile.tokens(),
              head.head().toString(),
              head.head().layer(),
              head.head().head(),
              alpha.value(),
              alpha.low(),
              alpha.high(),
              head.timesUniform(),
              head.p() == null ? "" : head.p()));
    }
  }

  private static void positions(SinkProfile profile, List<List<Object>> rows) {
    for (int key = 0; key < profile.alphaByPosition().length; key++) {
      rows.add(
          List.of(
              profile.tokens(),
              key,
              profile.alphaByPosition()[key],
              profile.uniformByPosition()[key]));
    }
  }

  /** The threshold itself in multiples of uniform attention says how much a rate asks for. */
  private static void surface(SinkProfile profile, List<List<Object>> rows) {
    SinkProfile.Surface surface = profile.surface();
    for (int j = 0; j < surface.lengths().length; j++) {
      int length = surface.lengths()[j];
      for (int e = 0; e < surface.epsilons().length; e++) {
        for (int key = 0; key < Math.min(length, surface.rate().length); key++) {
          Estimate first = surface.key0().get(j).get(e);
          rows.add(
              List.of(
                  profile.tokens(),
                  length,
                  surface.epsilons()[e],
                  key,
                  surface.rate()[key][j][e],
                  key == 0 ? first.low() : "",
                  key == 0 ? first.high() : "",
                  surface.epsilons()[e] / UniformAttention.alpha(key, length)));
        }
      }
    }
  }

  private static void beyond(SinkProfile profile, List<List<Object>> rows) {
    List<String> distances = profile.beyond().distances();
    List<SinkProfile.Rest> all = new ArrayList<>(profile.beyond().heads());
    all.add(profile.beyond().uniform());
    for (SinkProfile.Rest rest : all) {
      for (int bin = 0; bin < distances.size(); bin++) {
        rows.add(
            List.of(
                profile.tokens(),
                rest.head() == null ? "uniform" : rest.head().toString(),
                rest.surviving(),
                distances.get(bin),
                rest.byDistance()[bin]));
      }
    }
  }
}
