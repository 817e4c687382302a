/** What is read from, written into and differentiated in a run of the model. */
@NullMarked
package circuitscope.probes.trace;

import org.jspecify.annotations.NullMarked;
