package circuitscope.subnetworks.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class TokenChangesTest {
  private static final double NATS = Math.log(2); // in a bit

  /** Token 5 is predicted twice (−3 and +1 bits), 6 once (+1), 7 at a place that is not finite. */
  @Test
  void changesAreSummedByTheTokenThatWasToBePredicted() {
    int[][] ids = {{9, 5, 6}, {5, 5, 7}};
    float[][] before = {{4, 1}, {2, Float.POSITIVE_INFINITY}};
    float[][] after = {{1, 2}, {3, 1}};

    TokenChanges changes = TokenChanges.of(before, after, ids, 10, id -> "t" + id);

    assertThat(changes.helped()).hasSize(1);
    TokenChanges.Token helped = changes.helped().getFirst();
    assertThat(helped.token()).isEqualTo("t5");
    assertThat(helped.places()).isEqualTo(2);
    assertThat(helped.totalNats()).isCloseTo(-2 * NATS, within(1e-12));
    assertThat(helped.meanNats()).isCloseTo(-NATS, within(1e-12));
    assertThat(changes.hurt()).extracting(TokenChanges.Token::id).isEqualTo(List.of(6));
  }
}
