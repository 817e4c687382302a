/** How often one predictor's draft passes for another's (speculative decoding). */
@NullMarked
package circuitscope.probes.seed.acceptance;

import org.jspecify.annotations.NullMarked;
