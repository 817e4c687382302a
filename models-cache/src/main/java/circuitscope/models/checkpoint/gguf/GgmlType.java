package circuitscope.models.checkpoint.gguf;

import circuitscope.models.checkpoint.StoredType;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tensor types of a GGUF file by their number there, those that are not read included. */
enum GgmlType {
  F32(0, StoredType.F32),
  F16(1, StoredType.F16),
  Q4_0(2, StoredType.Q4_0),
  Q4_1(3, StoredType.Q4_1),
  Q5_0(6, StoredType.Q5_0),
  Q5_1(7, StoredType.Q5_1),
  Q8_0(8, StoredType.Q8_0),
  Q8_1(9, null),
  Q2_K(10, null),
  Q3_K(11, null),
  Q4_K(12, StoredType.Q4_K),
  Q5_K(13, StoredType.Q5_K),
  Q6_K(14, StoredType.Q6_K),
  Q8_K(15, null),
  IQ2_XXS(16, null),
  IQ2_XS(17, null),
  IQ3_XXS(18, null),
  IQ1_S(19, null),
  IQ4_NL(20, null),
  IQ3_S(21, null),
  IQ2_S(22, null),
  IQ4_XS(23, null),
  I8(24, StoredType.I8),
  I16(25, StoredType.I16),
  I32(26, StoredType.I32),
  I64(27, StoredType.I64),
  F64(28, StoredType.F64),
  IQ1_M(29, null),
  BF16(30, StoredType.BF16),
  TQ1_0(34, null),
  TQ2_0(35, null),
  MXFP4(39, null),
  NVFP4(40, null),
  Q1_0(41, null);

  private final int number;
  private final @Nullable StoredType stored;

  GgmlType(int number, @Nullable StoredType stored) {
    this.number = number;
    this.stored = stored;
  }

  static Optional<GgmlType> of(int number) {
    return Arrays.stream(values()).filter(type -> type.number == number).findFirst();
  }

  /** How such a tensor is read; empty for a type that is not supported. */
  Optional<StoredType> stored() {
    return Optional.ofNullable(stored);
  }

  /** The types of weights that are read, for messages. */
  static String supported() {
    return Arrays.stream(values())
        .filter(type -> type.stored().filter(t -> t.isFloating() || t.isBlocked()).isPresent())
        .map(GgmlType::name)
        .collect(Collectors.joining(", "));
  }
}
