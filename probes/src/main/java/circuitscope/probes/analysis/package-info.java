/** Analyses as values: what is asked of a model, how the answer is described, shown and saved. */
@NullMarked
package circuitscope.probes.analysis;

import org.jspecify.annotations.NullMarked;
