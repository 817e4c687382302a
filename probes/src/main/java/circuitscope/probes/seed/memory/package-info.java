/** What a block of far context is worth (LongMem, HMT). */
@NullMarked
package circuitscope.probes.seed.memory;

import org.jspecify.annotations.NullMarked;
