/** Recycled Attention: how well the best keys of one step serve later steps. */
@NullMarked
package circuitscope.probes.seed.recycling;

import org.jspecify.annotations.NullMarked;
