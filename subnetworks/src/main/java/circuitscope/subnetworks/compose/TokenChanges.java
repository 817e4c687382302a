package circuitscope.subnetworks.compose;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Which tokens became easier to predict from one model to the next, and which harder, by the token
 * that was to be predicted.
 *
 * @param helped by how much the loss fell over all their places, most first
 * @param hurt by how much it rose, most first
 */
public record TokenChanges(List<Token> helped, List<Token> hurt) {
  private static final double LN_2 = Math.log(2);

  /**
   * A token that was to be predicted.
   *
   * @param places where
   * @param totalNats change of the loss over all of them; below 0 it became easier
   * @param meanNats change of the loss at one of them
   */
  public record Token(int id, String token, int places, double totalNats, double meanNats) {}

  private static final class Sum {
    private int places;
    private double bits;
  }

  /**
   * Sums the changes.
   *
   * @param before {@code [sequence][position]} surprisal of the next token, in bits
   * @param after the same of the other model
   * @param ids {@code [sequence][position]}
   * @param most tokens listed on either side
   * @param label a token as it is shown
   */
  static TokenChanges of(
      float[][] before, float[][] after, int[][] ids, int most, IntFunction<String> label) {
    Map<Integer, Sum> sums = new HashMap<>();
    for (int row = 0; row < before.length; row++) {
      for (int i = 0; i < before[row].length; i++) {
        double change = after[row][i] - before[row][i];
        if (Double.isFinite(change)) {
          Sum sum = sums.computeIfAbsent(ids[row][i + 1], id -> new Sum());
          sum.places++;
          sum.bits += change;
        }
      }
    }
    List<Token> tokens = new ArrayList<>();
    sums.forEach(
        (id, sum) -> {
          double nats = sum.bits * LN_2;
          tokens.add(new Token(id, label.apply(id), sum.places, nats, nats / sum.places));
        });
    tokens.sort(Comparator.comparingDouble(Token::totalNats).thenComparingInt(Token::id));
    List<Token> helped = tokens.stream().filter(one -> one.totalNats() < 0).limit(most).toList();
    List<Token> hurt =
        tokens.reversed().stream().filter(one -> one.totalNats() > 0).limit(most).toList();
    return new TokenChanges(helped, hurt);
  }
}
