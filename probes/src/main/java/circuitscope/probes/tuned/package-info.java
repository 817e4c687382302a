/** The tuned lens: an affine map a layer, trained, before the final norm and the unembedding. */
@NullMarked
package circuitscope.probes.tuned;

import org.jspecify.annotations.NullMarked;
