/**
 * Figures in a window: the marks of {@code circuitscope.viz.layout} on a JavaFX canvas, and one
 * large matrix to move about in. Beside the window's own pages, the only package that knows JavaFX.
 */
@NullMarked
package circuitscope.viz.fx;

import org.jspecify.annotations.NullMarked;
