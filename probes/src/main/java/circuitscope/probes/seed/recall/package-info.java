/** Recall of what two lists share. */
@NullMarked
package circuitscope.probes.seed.recall;

import org.jspecify.annotations.NullMarked;
