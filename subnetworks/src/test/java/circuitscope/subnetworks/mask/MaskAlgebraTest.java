package circuitscope.subnetworks.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MaskAlgebraTest {
  private final Mask a = Samples.mask(1).named("a");
  private final Mask b = Samples.mask(2).named("b");

  @Test
  void operationsObeyTheLawsOfSets() {
    Mask both = MaskAlgebra.intersection(a, b);

    assertThat(MaskAlgebra.union(a, b).active() + both.active()).isEqualTo(a.active() + b.active());
    assertThat(MaskAlgebra.difference(a, b).active()).isEqualTo(a.active() - both.active());
    assertThat(MaskAlgebra.union(MaskAlgebra.difference(a, b), both).digest())
        .isEqualTo(a.digest());
    assertThat(MaskAlgebra.complement(MaskAlgebra.union(a, b)).digest())
        .isEqualTo(
            MaskAlgebra.intersection(MaskAlgebra.complement(a), MaskAlgebra.complement(b))
                .digest());
    assertThat(both.active()).isPositive();
  }

  @Test
  void provenanceNamesTheOperationAndItsParents() {
    Mask union = MaskAlgebra.union(a, b);

    assertThat(union.name()).isEqualTo("(a ∪ b)");
    assertThat(union.provenance().get(MaskProvenance.OPERATION)).isEqualTo("union");
    assertThat(union.provenance().get(MaskProvenance.PARENTS))
        .isEqualTo("a %s\nb %s".formatted(a.digest(), b.digest()));
    assertThat(union.provenance().get(MaskProvenance.MODEL))
        .isEqualTo(a.provenance().get(MaskProvenance.MODEL));
    assertThat(union.provenance().get(MaskProvenance.LAMBDA)).isNull();
  }

  @Test
  void namesWithAndWithoutThePrefixMeanTheSameParameters() {
    Mask prefixed =
        Mask.of(
            "prefixed",
            b.matrices().values().stream()
                .map(one -> new MaskMatrix("transformer." + one.name(), one.shape(), one.kept()))
                .toList(),
            MaskProvenance.NONE);

    assertThat(MaskAlgebra.union(a, prefixed).digest()).isEqualTo(MaskAlgebra.union(a, b).digest());
  }

  @Test
  void masksOfDifferentMatricesDoNotCombine() {
    Mask other =
        Mask.of(
            "other",
            List.of(Samples.matrix("h.0.dense.weight", 13, 8, 0.5, 1)),
            MaskProvenance.NONE);

    assertThatThrownBy(() -> MaskAlgebra.union(a, other))
        .isInstanceOf(MaskException.class)
        .hasMessageContaining("'h.0.dense.weight' is [13, 8] in the second and [13, 7] in the");
    Mask fewer =
        Mask.of("fewer", List.of(b.matrices().values().iterator().next()), MaskProvenance.NONE);
    assertThatThrownBy(() -> MaskAlgebra.union(a, fewer)).hasMessageContaining("absent");
  }
}
