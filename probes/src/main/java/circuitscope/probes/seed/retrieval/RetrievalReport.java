package circuitscope.probes.seed.retrieval;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Tells what the blocks recall: sums over all heads as points, each key/value head as a row. */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record RetrievalReport(
    BlockRecall[][] byWindow, // [window][layer × group]
    DecoderSpec spec,
    RetrievalAnalysis.Parameters p,
    TokensRead read) {

  ProbeResult result() {
    int[] all = IntStream.range(0, byWindow[0].length).toArray();
    List<Point> points = new ArrayList<>();
    for (BlockRecall.Choice choice : BlockRecall.Choice.values()) {
      if (choice == BlockRecall.Choice.RANDOM) {
        continue;
      }
      for (int n = 0; n < p.blocks().size(); n++) {
        int count = n;
        double chance =
            share(all, one -> one.mass(BlockRecall.Choice.RANDOM, count), BlockRecall::far).value();
        points.add(
            Point.of(
                choice.name().toLowerCase(Locale.ROOT) + " blocks",
                p.blocks().get(n),
                share(all, one -> one.mass(choice, count), BlockRecall::far),
                chance,
                queries()));
      }
    }
    List<Point> curves = List.copyOf(points);
    points.add(share("share of the first token", BlockRecall::first));
    points.add(share("share of initial tokens", BlockRecall::initial));
    points.add(share("share of all blocks", BlockRecall::far));
    return new ProbeResult(
        "recall@n = attention in the n chosen blocks / attention in all blocks between the %d"
                .formatted(p.initial())
            + " initial tokens and the local window, over all heads",
        "n blocks drawn at random: their expected share",
        "n",
        points,
        List.of(
            "n (last column) counts queries; each is asked of %d heads"
                .formatted(spec.layers() * spec.attention().heads())),
        protocol(),
        List.of(
            ProbeResult.curves(
                new Heading(
                    "block-recall",
                    "Far attention in the fetched blocks",
                    "Share of the attention between initial tokens and local window that lies in n"
                        + " blocks; 95 % bootstrap intervals over windows."),
                PlotAxis.linear("blocks"),
                PlotAxis.linear("recall").withRange(0, 1),
                curves)),
        List.of(byGroup()),
        read);
  }

  private Point share(String name, ToDoubleFunction<BlockRecall> part) {
    int[] all = IntStream.range(0, byWindow[0].length).toArray();
    return Point.of(name, 0, share(all, part, BlockRecall::all), null, queries());
  }

  private long queries() {
    double groups = spec.layers() * (double) spec.attention().heads();
    double sum = 0;
    for (BlockRecall[] window : byWindow) {
      for (BlockRecall one : window) {
        sum += one.all();
      }
    }
    return Math.round(sum / groups);
  }

  private Estimate share(
      int[] of, ToDoubleFunction<BlockRecall> part, ToDoubleFunction<BlockRecall> whole) {
    double[][] sums = new double[byWindow.length][2];
    for (int window = 0; window < sums.length; window++) {
      for (int i : of) {
        sums[window][0] += part.applyAsDouble(byWindow[window][i]);
        sums[window][1] += whole.applyAsDouble(byWindow[window][i]);
      }
    }
    return Estimate.of(sums, p.seed(), total -> total.values()[0] / total.values()[1]);
  }

  private DataTable byGroup() {
    List<List<Object>> rows = new ArrayList<>();
    int groups = spec.attention().groups();
    for (int i = 0; i < byWindow[0].length; i++) {
      int[] one = {i};
      for (int n = 0; n < p.blocks().size(); n++) {
        int count = n;
        List<Object> row = new ArrayList<>(List.of(i / groups, i % groups, p.blocks().get(n)));
        for (BlockRecall.Choice choice : BlockRecall.Choice.values()) {
          Estimate recall = share(one, r -> r.mass(choice, count), BlockRecall::far);
          row.addAll(List.of(recall.value(), recall.low(), recall.high()));
        }
        row.add(share(one, BlockRecall::far, BlockRecall::all).value());
        row.add(share(one, BlockRecall::first, BlockRecall::all).value());
        rows.add(row);
      }
    }
    List<String> columns = new ArrayList<>(List.of("layer", "key_value_head", "n"));
    for (BlockRecall.Choice choice : BlockRecall.Choice.values()) {
      String name = choice.name().toLowerCase(Locale.ROOT);
      columns.addAll(List.of(name, name + "_low", name + "_high"));
    }
    columns.addAll(List.of("share_of_all_blocks", "share_of_first_token"));
    return new DataTable("recall-by-key-value-head", columns, rows);
  }

  private Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "infllm-recall/1");
    protocol.put("representatives", "r_m over the %d queries after m".formatted(p.local()));
    protocol.put("chosen", "once a chunk of queries and key/value head, its heads added up");
    protocol.put(
        "positions",
        spec.rotary() == null || p.compared() == RetrievalAnalysis.Compared.BEFORE_ROTARY
            ? "queries and keys before rotary: no distance in q·k"
            : "queries and keys after rotary, at their true positions");
    protocol.put("attention", "of the model's own full pattern");
    protocol.put("first_query", p.plan().firstChunk());
    protocol.put("seed", p.seed());
    return protocol;
  }
}
