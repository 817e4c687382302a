@NullMarked
package circuitscope.viz.layout;

import org.jspecify.annotations.NullMarked;
