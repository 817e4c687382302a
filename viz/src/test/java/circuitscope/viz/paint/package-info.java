@NullMarked
package circuitscope.viz.paint;

import org.jspecify.annotations.NullMarked;
