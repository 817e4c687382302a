/** Where a model sees words begin, and where it has put them together. */
@NullMarked
package circuitscope.probes.seed.boundaries;

import org.jspecify.annotations.NullMarked;
