@NullMarked
package circuitscope.viz.fx;

import org.jspecify.annotations.NullMarked;
