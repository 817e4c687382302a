package circuitscope.probes.analysis;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one component of a parameters record; command-line options, job-file keys and forms are
 * made from it.
 *
 * <p>A component is an {@code int}, {@code long}, {@code double}, {@code boolean}, {@code String},
 * {@code Path}, enum, or a {@code List} of one of these; a boxed type is one that may be left out
 * (then it is null).
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Param {
  /** One sentence without a full stop. */
  String help();

  /** The value when none is given, as one would type it; empty means that there is none. */
  String byDefault() default "";

  double min() default Double.NEGATIVE_INFINITY;

  double max() default Double.POSITIVE_INFINITY;

  /** Unit of the number: "tokens", "nats". */
  String unit() default "";

  /** May be left out; the record then gets null (a list: empty). */
  boolean optional() default false;
}
