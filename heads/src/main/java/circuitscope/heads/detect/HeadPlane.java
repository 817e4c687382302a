package circuitscope.heads.detect;

import circuitscope.heads.detect.HeadScores.Head;
import circuitscope.heads.detect.HeadScores.Verdict;
import circuitscope.viz.figure.Figure;
import circuitscope.viz.figure.Guide;
import circuitscope.viz.figure.Heading;
import circuitscope.viz.figure.PlotAxis;
import circuitscope.viz.figure.Scatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * The plane prefix matching × copying (Olsson et al. 2022): induction heads at the upper right,
 * anti-induction heads at the lower right.
 */
public final class HeadPlane {
  private static final int LABELLED = 12;

  private HeadPlane() {}

  static List<Figure> of(HeadScores result, Copying copying) {
    return List.of(
        figure(
            result,
            new Heading(
                "heads-plane",
                "Prefix matching and copying",
                "Each dot is a head: how much it attends to what followed an earlier copy, and"
                    + " whether it raises (above 0) or lowers (below 0) the tokens that it attends"
                    + " to. Right of the dashed line a head scores more than the best head does on"
                    + " shuffled targets (95th percentile)."),
            PlotAxis.linear("copying, signed (standard deviations)"),
            copying.signed(),
            0),
        figure(
            result,
            new Heading(
                "heads-plane-share",
                "Prefix matching and copying, as published",
                "As Olsson et al. 2022 plot it: a head that writes nothing of the kind is near −1,"
                    + " not near 0."),
            PlotAxis.linear("copying, 4r − 1").withRange(-1.05, 1),
            copying.score().score(),
            copying.score().nullOfMaximum().percentile95()));
  }

  /**
   * The plane with any measure of copying.
   *
   * @param result with induction scores
   * @param copying {@code [head]} by layer and head
   * @param divide where copying begins
   */
  public static Figure figure(
      HeadScores result, Heading heading, PlotAxis y, double[] copying, double divide) {
    List<Head> heads = result.heads();
    KindScores prefix =
        Objects.requireNonNull(result.protocols().getFirst().kinds().get("induction"));
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> -prefix.score()[i]));
    List<Scatter.Group> groups = new ArrayList<>();
    add(
        groups,
        "induction",
        order,
        i -> heads.get(i).verdict() == Verdict.INDUCTION,
        prefix,
        copying,
        heads);
    add(
        groups,
        "anti-induction",
        order,
        i -> heads.get(i).verdict() == Verdict.ANTI_INDUCTION,
        prefix,
        copying,
        heads);
    add(groups, "other", order, i -> heads.get(i).verdict() == null, prefix, copying, heads);
    return new Scatter(
        heading,
        PlotAxis.linear("prefix matching (attention)").withRange(-0.02, 1),
        y,
        groups,
        List.of(
            Guide.atX(prefix.nullOfMaximum().percentile95(), "best by chance"),
            Guide.atY(divide, "")));
  }

  private interface Belongs {
    boolean test(int head);
  }

  private static void add(
      List<Scatter.Group> groups,
      String name,
      List<Integer> order,
      Belongs belongs,
      KindScores prefix,
      double[] copying,
      List<Head> heads) {
    int[] members = order.stream().filter(belongs::test).mapToInt(Integer::intValue).toArray();
    if (members.length == 0) {
      return;
    }
    double[] x = new double[members.length];
    double[] y = new double[members.length];
    List<String> labels = new ArrayList<>();
    for (int i = 0; i < members.length; i++) {
      x[i] = prefix.score()[members[i]];
      y[i] = copying[members[i]];
      boolean shown = i < LABELLED && prefix.outstanding(members[i]);
      labels.add(shown ? heads.get(members[i]).head() : "");
    }
    groups.add(new Scatter.Group(name, x, y, labels));
  }
}
