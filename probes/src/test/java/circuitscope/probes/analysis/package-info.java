@NullMarked
package circuitscope.probes.analysis;

import org.jspecify.annotations.NullMarked;
