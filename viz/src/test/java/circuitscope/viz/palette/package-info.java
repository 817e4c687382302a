@NullMarked
package circuitscope.viz.palette;

import org.jspecify.annotations.NullMarked;
