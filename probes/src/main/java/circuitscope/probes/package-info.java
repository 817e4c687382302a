@NullMarked
package circuitscope.probes;

import org.jspecify.annotations.NullMarked;
