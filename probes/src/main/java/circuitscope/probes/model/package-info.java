/**
 * One decoder for every family of transformer language models, described by data.
 *
 * <p>Axes: {@code batch, position, head, group, dHead, dModel, dMlp, vocab}; {@code group} counts
 * key/value heads (equal to {@code head} without grouped-query attention).
 */
@NullMarked
package circuitscope.probes.model;

import org.jspecify.annotations.NullMarked;
