/** What typing errors do to a model. */
@NullMarked
package circuitscope.probes.seed.noise;

import org.jspecify.annotations.NullMarked;
