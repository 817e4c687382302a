/** Tests of predictions that need no checkpoint. */
@NullMarked
package circuitscope.probes.predict;

import org.jspecify.annotations.NullMarked;
