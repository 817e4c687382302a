/**
 * Figures to marks: every placement is decided here, once, for all kinds of output.
 *
 * <p>Lengths are points of 1/72 inch, x to the right and y downwards from the page's top left.
 */
@NullMarked
package circuitscope.viz.layout;

import org.jspecify.annotations.NullMarked;
