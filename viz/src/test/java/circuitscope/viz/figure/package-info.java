@NullMarked
package circuitscope.viz.figure;

import org.jspecify.annotations.NullMarked;
