/** How a probe tells what it found: points with null, interval and count. */
@NullMarked
package circuitscope.probes.seed.report;

import org.jspecify.annotations.NullMarked;
