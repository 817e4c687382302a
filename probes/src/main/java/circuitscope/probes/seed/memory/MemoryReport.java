package circuitscope.probes.seed.memory;

import circuitscope.probes.analysis.DataTable;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.HeadName;
import circuitscope.probes.seed.report.Point;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.probes.statistics.Estimate;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells what blocks are worth: by distance, by how they are chosen, and what attention they draw.
 */
record MemoryReport(MemoryRuns runs, MemoryAnalysis.Parameters p, int layer, TokensRead read) {
  private static final String[] PARTS = {"the first token", "the block", "recent", "the segment"};

  ProbeResult result() {
    double chance = Arrays.stream(runs.foreign()).average().orElse(0);
    List<Point> points = new ArrayList<>();
    for (int d = 1; d <= p.blocks(); d++) {
      int at = d - 1;
      points.add(point("gain(d)", distance(d), w -> runs.gain()[w][at], chance));
    }
    List<Point> curve = List.copyOf(points);
    points.add(point("gain, true previous", distance(1), w -> runs.gain()[w][0], chance));
    points.add(
        point(
            "gain, by key similarity",
            mean(runs.found()),
            w -> runs.gain()[w][runs.found()[w] - 1],
            chance));
    points.add(
        point(
            "gain, random of the window",
            mean(runs.drawn()),
            w -> runs.gain()[w][runs.drawn()[w] - 1],
            chance));
    points.add(
        point(
            "gain, best of the window",
            0,
            w -> Arrays.stream(runs.gain()[w]).max().orElse(0),
            chance));
    points.add(point("gain, block of another window", 0, w -> runs.foreign()[w], null));
    points.add(point("NLL(segment | recent)", 0, w -> runs.alone()[w], null));
    for (int part = 0; part < PARTS.length; part++) {
      int which = part;
      points.add(
          point(
              "attention to " + PARTS[part],
              0,
              w -> Arrays.stream(runs.mass()[w][which]).average().orElse(0),
              null));
    }
    return new ProbeResult(
        "gain(d) = NLL(segment | recent) - NLL(segment | block at distance d + recent), nats a"
            + " token",
        "a block of another window in the same place",
        "d",
        points,
        List.of(
            "d: tokens from the block's end to the recent tokens; of chosen blocks the mean. n: windows, each a segment of %d tokens"
                .formatted(p.segment())),
        protocol(),
        List.of(
            ProbeResult.curves(
                new Heading(
                    "gain-by-distance",
                    "What a block of far context is worth",
                    "Fall of the segment's loss when a block from distance d stands before the"
                        + " recent tokens; 95 % bootstrap intervals over windows. Null: a block of"
                        + " another window."),
                PlotAxis.linear("distance of the block (tokens)"),
                PlotAxis.linear("gain (nats a token)"),
                curve)),
        List.of(byHead()),
        read);
  }

  private double distance(int d) {
    return (d - 1.0) * p.block();
  }

  private double mean(int[] chosen) {
    return Arrays.stream(chosen).mapToDouble(this::distance).average().orElse(0);
  }

  private Point point(String name, double at, IntToDoubleFunction value, @Nullable Double chance) {
    double[] values = IntStream.range(0, runs.alone().length).mapToDouble(value).toArray();
    return Point.of(name, at, Estimate.mean(values, p.seed()), chance, values.length);
  }

  private DataTable byHead() {
    List<List<Object>> rows = new ArrayList<>();
    int heads = runs.headsPerLayer();
    for (int i = 0; i < runs.mass()[0][0].length; i++) {
      int head = i;
      List<Object> row = new ArrayList<>();
      row.add(new HeadName(i / heads, i % heads).toString());
      for (int part = 0; part < PARTS.length; part++) {
        int which = part;
        Point one = point("", 0, w -> runs.mass()[w][which][head], null);
        row.add(one.value());
        row.add(one.low() == null ? one.value() : one.low());
        row.add(one.high() == null ? one.value() : one.high());
      }
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("head"));
    for (String part : List.of("first_token", "block", "recent", "segment")) {
      columns.addAll(List.of(part, part + "_low", part + "_high"));
    }
    return new DataTable("attention-by-head", columns, rows);
  }

  private Map<String, Object> protocol() {
    Map<String, Object> protocol = new LinkedHashMap<>();
    protocol.put("name", "memory-gain/1");
    protocol.put("order", "the window's first token, block, recent, segment; positions from 0");
    protocol.put(
        "retrieval",
        "largest mean q·k of recent queries and the block's keys before rotary, all heads of layer "
            + layer);
    protocol.put("attention", "of the segment's queries, with the block found by key similarity");
    protocol.put("gate", "no model here has a memory gate");
    protocol.put("seed", p.seed());
    return protocol;
  }
}
