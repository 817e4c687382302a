/** Numbers with their intervals, and what else several analyses count with. */
@NullMarked
package circuitscope.probes.statistics;

import org.jspecify.annotations.NullMarked;
