package circuitscope.probes.seed.recall;

import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.seed.bytes.LastLogits;
import circuitscope.probes.seed.bytes.ModelTokens;
import circuitscope.probes.seed.report.Points;
import circuitscope.probes.seed.report.Probe;
import circuitscope.probes.seed.report.ProbeResult;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/**
 * Recall of the one element that two lists share, by their sizes, their order and how often they
 * are read (Arora et al. 2024, "Just read twice").
 *
 * <p>Order gap = accuracy short list first − long list first; repeat gain = twice − once. A guess
 * from the first list is right 1/n₁ of the time. The attention of the asking token to both places
 * of the answer is ours, beside that to two other elements and to the first token.
 */
public final class RecallAnalysis extends Probe<RecallAnalysis.Parameters> {
  /** What the elements are. */
  public enum Elements {
    /** Words of one token, after solved examples: for models of text. */
    WORDS,
    /** The paper's token ids, for models trained on them. */
    IDS
  }

  /** What can be chosen. */
  public record Parameters(
      @Param(help = "Sizes of the short and the long list", byDefault = "4x16,8x32")
          List<String> sizes,
      @Param(help = "What the elements are", byDefault = "words") Elements elements,
      @Param(help = "Solved examples shown first", byDefault = "2", min = 0) int shots,
      @Param(help = "Examples of each kind", byDefault = "128", min = 2) int examples,
      @Param(help = "Examples run at once", byDefault = "16", min = 1) int batch,
      @Param(help = "Seed of examples and bootstrap", byDefault = "0") long seed) {}

  /**
   * {@code [example]} answers of one kind.
   *
   * @param exact 1 where the likeliest of all tokens is the answer
   * @param listed 1 where the likeliest of the listed elements is
   */
  @SuppressWarnings("ArrayRecordComponent") // read, never compared
  private record Answers(double[] exact, double[] listed, LastQuery attention) {}

  public RecallAnalysis() {
    super(
        Parameters.class,
        Input.NONE,
        "probe.recall",
        "Recall from two lists",
        "Which element two lists share (Arora et al. 2024, Just Read Twice): accuracy by sizes,"
            + " order and repetition, and attention to the answer's places.",
        "--model embedded:gpt2-4l --sizes 4x16,8x32 --out recall");
  }

  @Override
  public ProbeResult run(Subject subject, Parameters p, Progress progress) {
    boolean words = p.elements() == Elements.WORDS;
    SetTask task = words ? SetTask.words(ModelTokens.tokenizer(subject)) : SetTask.ids();
    int start = words ? new ModelTokens(subject).start() : -1;
    Points points = new Points(p.seed());
    List<String> notes = new ArrayList<>();
    progress.begin(4L * p.sizes().size() * p.examples(), "examples");
    for (String written : p.sizes()) {
      int[] sizes = sizes(written);
      Map<String, Answers> answers = new LinkedHashMap<>();
      for (int copies = 1; copies <= 2; copies++) {
        for (boolean shortFirst : new boolean[] {true, false}) {
          int[] ordered = shortFirst ? sizes : new int[] {sizes[1], sizes[0]};
          List<SetTask.Example> examples = draw(task, ordered, copies, start, words, p);
          if (notes.size() < 2 && words && copies == 1) {
            int[] tokens = examples.getFirst().tokens();
            notes.add("for example: " + ModelTokens.tokenizer(subject).decode(tokens));
          }
          String kind = (shortFirst ? "short first, " : "long first, ") + copies + "x";
          Answers of = answer(subject, examples, p.batch(), progress);
          answers.put(kind, of);
          add(points, kind, ordered, sizes[1], of);
        }
      }
      gaps(points, sizes[1], answers);
    }
    return new ProbeResult(
        "accuracy = share with argmax P(. | lists) = the shared element; order gap = short first -"
            + " long first; repeat gain = 2x - 1x",
        "guess from the first list, 1/n1; among the listed, 1/(n1 + n2 - 1); attention, two"
            + " elements that are not shared; gaps, 0",
        "long list",
        points.list(),
        notes,
        Map.of(
            "name",
            "set-disjointness/1",
            "seed",
            p.seed(),
            "elements",
            p.elements().toString(),
            "pool",
            task.pool().length,
            "shots",
            words ? p.shots() : 0),
        List.of(
            ProbeResult.curves(
                new Heading(
                    "recall",
                    "The shared element, among those listed",
                    "Share of examples where it is the likeliest of the listed."),
                PlotAxis.linear("elements of the long list"),
                PlotAxis.linear("share of examples"),
                points.of("among listed"))),
        List.of(),
        null);
  }

  private static int[] sizes(String written) {
    int[] sizes = new int[0];
    try {
      sizes = Arrays.stream(written.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    } catch (NumberFormatException e) {
      // told below
    }
    if (sizes.length != 2 || sizes[0] < 2 || sizes[0] >= sizes[1]) {
      throw new IllegalArgumentException(
          "sizes: '%s' is not SHORTxLONG, such as 4x16".formatted(written));
    }
    return sizes;
  }

  private static List<SetTask.Example> draw(
      SetTask task, int[] sizes, int copies, int start, boolean words, Parameters p) {
    SplittableRandom random = new SplittableRandom(p.seed() + 31L * sizes[0] + 37L * sizes[1]);
    List<SetTask.Example> examples = new ArrayList<>();
    for (int i = 0; i < p.examples(); i++) {
      examples.add(task.draw(sizes, copies, words ? p.shots() : 0, start, random));
    }
    return examples;
  }

  private static Answers answer(
      Subject subject, List<SetTask.Example> examples, int batch, Progress progress) {
    int length = examples.getFirst().tokens().length;
    int context = subject.model().spec().contextLength();
    if (length > context) {
      throw new IllegalArgumentException(
          "these lists with their solved examples take %d tokens, and the model's context is %d; lower --sizes or --shots"
              .formatted(length, context));
    }
    Answers answers =
        new Answers(
            new double[examples.size()],
            new double[examples.size()],
            new LastQuery(subject.model().spec(), examples));
    for (int from = 0; from < examples.size(); from += batch) {
      int to = Math.min(examples.size(), from + batch);
      List<int[]> rows = examples.subList(from, to).stream().map(SetTask.Example::tokens).toList();
      answers.attention().from(from);
      float[][] next = LastLogits.logProbs(subject.model(), rows, answers.attention());
      for (int i = from; i < to; i++) {
        float[] logProbs = next[i - from];
        SetTask.Example example = examples.get(i);
        float own = logProbs[example.answer()];
        boolean exact = true;
        for (float other : logProbs) {
          exact &= other <= own;
        }
        answers.exact()[i] = exact ? 1 : 0;
        boolean best = Arrays.stream(example.listed()).allMatch(id -> logProbs[id] <= own);
        answers.listed()[i] = best ? 1 : 0;
      }
      progress.advance(to - from);
    }
    return answers;
  }

  private static void add(Points points, String kind, int[] sizes, int at, Answers of) {
    points.mean("accuracy, " + kind, at, of.exact(), 1.0 / sizes[0]);
    points.mean("among listed, " + kind, at, of.listed(), 1.0 / (sizes[0] + sizes[1] - 1));
    LastQuery.Best best = of.attention().best();
    double others = Arrays.stream(best.others()).average().orElse(0);
    points.mean("attention " + best.head() + ", " + kind, at, best.shared(), others);
    points.mean("its start-token share, " + kind, at, best.start(), null);
  }

  private static void gaps(Points points, int at, Map<String, Answers> answers) {
    String[][] pairs = {
      {"order gap, 1x", "short first, 1x", "long first, 1x"},
      {"order gap, 2x", "short first, 2x", "long first, 2x"},
      {"repeat gain, short first", "short first, 2x", "short first, 1x"},
      {"repeat gain, long first", "long first, 2x", "long first, 1x"}
    };
    for (String[] pair : pairs) {
      double[] more = Objects.requireNonNull(answers.get(pair[1])).listed();
      double[] less = Objects.requireNonNull(answers.get(pair[2])).listed();
      double[] gap = new double[more.length];
      Arrays.setAll(gap, i -> more[i] - less[i]);
      points.mean(pair[0] + ", listed", at, gap, 0.0);
    }
  }
}
