package circuitscope.probes.seed.boundaries;

import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.bytes.BpeSegmenter;
import circuitscope.probes.seed.bytes.ByteScan;
import circuitscope.probes.seed.bytes.ByteScores;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.bytes.TextPieces;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Words in a model of tokens; ours, after Byte2Word (Lee et al. 2022), word pooling (Thawani et al.
 * 2023) and dynamic tokenisation (Feher et al. 2024).
 *
 * <p>Bits by byte of a word and of a token; cuts where the exact next-byte entropy rises above τ,
 * against words and tokens by F1; the layer that puts a split word together; adjacent pairs worth a
 * merge. A word begins at its first byte that is no white space, and so does a token.
 */
public final class BoundariesAnalysis extends Probe<BoundariesAnalysis.Parameters> {
  /** What can be chosen. */
  public record Parameters(
      @Param(
              help = "Thresholds of the next byte's entropy",
              byDefault = "0.5,1,1.5,2,2.5,3,3.5",
              unit = "bits")
          List<Double> thresholds,
      @Param(help = "Bytes of a word or token told of", byDefault = "8", min = 2) int bytes,
      @Param(help = "Words split for the view by layer at most", byDefault = "128", min = 2)
          int words,
      @Param(help = "Merges made", byDefault = "1,8,64", min = 1) List<Integer> merges,
      @Param(help = "Tokens of each piece of text", byDefault = "64", min = 4, unit = "tokens")
          int tokens,
      @Param(help = "Pieces of text at most", byDefault = "8", min = 2, unit = "pieces") int pieces,
      @Param(help = "Seed of splits, shuffles and bootstrap", byDefault = "0") long seed) {}

  private static final int SHOWN = 15;
  private static final int FEWEST = 10; // bytes behind a point

  public BoundariesAnalysis() {
    super(
        Parameters.class,
        Input.REQUIRED,
        "probe.boundaries",
        "Word boundaries",
        "Surprisal by byte of a word, words found by entropy, the layer that puts a split word"
            + " together, and pairs of tokens worth a merge.",
        "--model embedded:gpt2-4l --file book.txt --out boundaries");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    TextPieces pieces = TextPieces.read(subject, p.tokens(), p.pieces());
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    ModelTokens model = new ModelTokens(subject);
    ByteScan scan = new ByteScan(model, new BpeSegmenter(tokenizer));
    List<ByteScores> scores = new ArrayList<>();
    for (byte[] text : pieces.bytes()) {
      scores.add(scan.scan(text, true, progress.step("bytes", 0.8 / pieces.texts().size())));
    }
    Points points = new Points(p.seed());
    surprisal(points, scores, p.bytes());
    p.thresholds().forEach(threshold -> segments(points, scores, threshold));
    progress.step("split words", 0.1);
    SplittableRandom random = new SplittableRandom(p.seed());
    List<Detokenised.Split> splits =
        Detokenised.draw(pieces.texts(), tokenizer, model.start(), p.words(), random);
    List<String> notes = new ArrayList<>();
    if (splits.size() > 1) {
      depth(points, notes, Detokenised.ranks(subject.model(), splits), model.vocab());
    }
    progress.step("merges", 0.1);
    Figure merges = merges(points, notes, subject, pieces.texts(), model, p);
    return new ProbeResult(
        "bits = -log2 P(byte | before); cut before byte n if H(next byte) > tau, F1 against words"
            + " and tokens; found: the word's embedding is nearest; saving = 1 - merged / original"
            + " length",
        "of bits, all bytes; of F1, as many random cuts; of found, another word; of saving, the"
            + " same tokens shuffled; of entropy in pairs, all tokens",
        "byte/tau/..",
        points.list(),
        notes,
        Map.of(
            "name",
            "boundaries/1",
            "seed",
            p.seed(),
            "probabilities",
            "exact bytes",
            "detokenisation",
            "nearest input embedding, centred cosine, pieces left out"),
        List.of(
            curves("boundaries-bits", "Surprisal by byte", "byte", "bits a byte", points, "bits"),
            curves(
                "boundaries-f1", "Words found by entropy", "threshold (bits)", "F1", points, "F1"),
            curves(
                "boundaries-depth",
                "Rank of split words",
                "layer",
                "share of tokens nearer",
                points,
                "rank share"),
            merges),
        List.of(),
        pieces.read());
  }

  private static Figure curves(
      String id, String title, String x, String y, Points points, String series) {
    if (points.of(series).isEmpty()) {
      return new Table(
          Heading.of(id, title), List.of(Table.Column.text("nothing to show")), List.of());
    }
    return ProbeResult.curves(
        new Heading(id, title, "The null is that of the first curve."),
        PlotAxis.linear(x),
        PlotAxis.linear(y),
        points.of(series));
  }

  private static boolean isSpace(byte letter) {
    return Character.isWhitespace(letter);
  }

  /** {@code [n]} whether a word, or a token, begins at its first byte that is no white space. */
  private static boolean[] begins(ByteScores s, boolean words) {
    boolean[] begins = new boolean[s.text().length];
    boolean open = true;
    for (int n = 0; n < begins.length; n++) {
      open |= words ? isSpace(s.text()[n]) : s.starts()[n];
      begins[n] = open && !isSpace(s.text()[n]);
      open &= !begins[n];
    }
    return begins;
  }

  private static void surprisal(Points points, List<ByteScores> scores, int bytes) {
    double[][] all = new double[scores.size()][2];
    for (int i = 0; i < all.length; i++) {
      all[i][0] = scores.get(i).text().length;
      all[i][1] = -scores.get(i).logP()[scores.get(i).text().length] / Math.log(2);
    }
    double chance = Points.total(all, 1) / Points.total(all, 0);
    for (boolean words : new boolean[] {true, false}) {
      double[][] sums = new double[scores.size()][2 * bytes];
      for (int i = 0; i < sums.length; i++) {
        ByteScores s = scores.get(i);
        boolean[] begins = begins(s, words);
        int place = bytes; // of a piece's first word, which may have begun before it
        for (int n = 0; n < begins.length; n++) {
          place = n > 0 && begins[n] ? 0 : isSpace(s.text()[n]) ? bytes : place + 1;
          if (place < bytes) {
            sums[i][2 * place]++;
            sums[i][2 * place + 1] += s.bits(n);
          }
        }
      }
      for (int place = 0; place < bytes; place++) {
        if (Points.total(sums, 2 * place) >= FEWEST) {
          String of = words ? "bits, byte of a word" : "bits, byte of a token";
          points.ratio(of, place + 1, sums, 2 * place + 1, 2 * place, chance);
        }
      }
    }
  }

  private static void segments(Points points, List<ByteScores> scores, double threshold) {
    double[][] words = new double[scores.size()][];
    double[][] tokens = new double[scores.size()][];
    for (int i = 0; i < words.length; i++) {
      ByteScores s = scores.get(i);
      boolean[] cut = new boolean[s.text().length];
      for (int n = 0; n < cut.length; n++) {
        cut[n] = s.entropyBits(n) > threshold;
      }
      words[i] = Cuts.of(cut, begins(s, true)).sums();
      tokens[i] = Cuts.of(cut, begins(s, false)).sums();
    }
    double[] whole = {0, Points.total(words, 1), Points.total(words, 2), Points.total(words, 3)};
    double[] ofTokens = {0, whole[1], Points.total(tokens, 2), whole[3]};
    points.add("F1, words", threshold, words, Cuts::f1, Cuts.randomF1(whole), 1);
    points.add("F1, tokens", threshold, tokens, Cuts::f1, Cuts.randomF1(ofTokens), 1);
    points.ratio("segment length, bytes", threshold, words, 3, 1, null);
  }

  private static void depth(Points points, List<String> notes, int[][][] ranks, int vocab) {
    int words = ranks[0].length;
    int[] first = new int[words];
    Arrays.fill(first, -1);
    for (int layer = 0; layer < ranks.length; layer++) {
      double[] found = new double[words];
      double[] rank = new double[words];
      double other = 0;
      double otherRank = 0;
      for (int i = 0; i < words; i++) {
        found[i] = ranks[layer][i][0] == 0 ? 1 : 0;
        rank[i] = (double) ranks[layer][i][0] / vocab;
        other += ranks[layer][i][1] == 0 ? 1.0 / words : 0;
        otherRank += (double) ranks[layer][i][1] / vocab / words;
        first[i] = first[i] < 0 && found[i] == 1 ? layer : first[i];
      }
      points.mean("found, split word", layer, found, other);
      points.mean("rank share, split word", layer, rank, otherRank);
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "%d of %d split words are found at some layer, first after layer %.2f on average",
            Arrays.stream(first).filter(layer -> layer >= 0).count(),
            words,
            Arrays.stream(first).filter(layer -> layer >= 0).average().orElse(Double.NaN)));
  }

  private static Figure merges(
      Points points,
      List<String> notes,
      Subject subject,
      List<String> texts,
      ModelTokens model,
      Parameters p) {
    Tokenizer tokenizer = ModelTokens.tokenizer(subject);
    List<int[]> rows = texts.stream().map(tokenizer::encode).toList();
    List<double[]> entropies = rows.stream().map(row -> entropies(model, row)).toList();
    int most = p.merges().stream().mapToInt(Integer::intValue).max().orElse(1);
    List<Merges.Step> steps = Merges.of(rows, most, model.vocab());
    List<Merges.Step> shuffled = Merges.of(shuffled(rows, p.seed()), most, model.vocab());
    long length = rows.stream().mapToLong(row -> row.length).sum();
    for (int merges : p.merges()) {
      double[][] of = saved(rows, shuffled, merges);
      double chance = Points.total(of, 1) / Points.total(of, 0);
      points.ratio("saving, merges", merges, saved(rows, steps, merges), 1, 0, chance);
    }
    List<List<String>> table = new ArrayList<>();
    double[][] inside = new double[rows.size()][4];
    for (Merges.Step step : steps) {
      if (step.pair().left() >= model.vocab() || step.pair().right() >= model.vocab()) {
        continue; // of merged tokens
      }
      double sum = 0;
      int count = 0;
      for (int i = 0; i < rows.size(); i++) {
        int[] row = rows.get(i);
        for (int at = 0; at + 1 < row.length; at++) {
          if (row[at] == step.pair().left() && row[at + 1] == step.pair().right()) {
            sum += entropies.get(i)[at];
            count++;
            inside[i][0]++;
            inside[i][1] += entropies.get(i)[at];
          }
        }
      }
      if (table.size() < SHOWN) {
        table.add(
            List.of(
                subject.label(step.pair().left()),
                subject.label(step.pair().right()),
                Integer.toString(step.count()),
                String.format(Locale.ROOT, "%.4f", (double) step.count() / length),
                String.format(Locale.ROOT, "%.2f", sum / Math.max(1, count))));
      }
    }
    double all = entropies.stream().flatMapToDouble(Arrays::stream).average().orElse(0);
    points.ratio("entropy inside pairs, bits", most, inside, 1, 0, all);
    notes.add("%,d tokens, %d pairs merged".formatted(length, steps.size()));
    return new Table(
        new Heading(
            "boundaries-merges",
            "Pairs worth a merge",
            "In the order of merging: how often, the share of the length that it saves, and the"
                + " model's entropy between the two (bits)."),
        List.of(
            Table.Column.text("left"),
            Table.Column.text("right"),
            Table.Column.number("count"),
            Table.Column.number("saving"),
            Table.Column.number("entropy")),
        table);
  }

  /** {@code [text][2]} tokens, and how many of them the first merges save. */
  private static double[][] saved(List<int[]> rows, List<Merges.Step> steps, int merges) {
    double[][] saved = new double[rows.size()][2];
    int made = Math.min(merges, steps.size());
    for (int i = 0; i < saved.length; i++) {
      saved[i][0] = rows.get(i).length;
      saved[i][1] = made == 0 ? 0 : saved[i][0] - steps.get(made - 1).lengths()[i];
    }
    return saved;
  }

  private static List<int[]> shuffled(List<int[]> rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] all = rows.stream().flatMapToInt(Arrays::stream).toArray();
    for (int i = all.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int id = all[i];
      all[i] = all[j];
      all[j] = id;
    }
    List<int[]> dealt = new ArrayList<>();
    int from = 0;
    for (int[] row : rows) {
      dealt.add(Arrays.copyOfRange(all, from, from + row.length));
      from += row.length;
    }
    return dealt;
  }

  /** {@code [position]} entropy in bits of what follows each token of a text. */
  private static double[] entropies(ModelTokens model, int[] row) {
    List<int[]> beginnings = new ArrayList<>();
    for (int n = 1; n <= row.length; n++) {
      beginnings.add(Arrays.copyOf(row, n));
    }
    float[][] next = model.next(beginnings);
    return Arrays.stream(next)
        .mapToDouble(
            logs -> {
              double sum = 0;
              for (float log : logs) {
                sum -= Math.exp(log) * log / Math.log(2);
              }
              return sum;
            })
        .toArray();
  }
}
