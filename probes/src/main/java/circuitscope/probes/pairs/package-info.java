/** Pairs of a clean and a corrupted prompt, and what is measured on them. */
@NullMarked
package circuitscope.probes.pairs;

import org.jspecify.annotations.NullMarked;
