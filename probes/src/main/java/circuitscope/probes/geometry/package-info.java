/** What layers do to the residual stream as a whole: maps between its states, and covariances. */
@NullMarked
package circuitscope.probes.geometry;

import org.jspecify.annotations.NullMarked;
