/**
 * What there is to see, as plain data: sealed records without pixels, native memory or AWT types.
 *
 * <p>An analysis imports this package and nothing else of {@code viz}. How a figure is placed is
 * decided in {@code circuitscope.viz.layout}, how it is drawn in {@code circuitscope.viz.paint}.
 */
@NullMarked
package circuitscope.viz.figure;

import org.jspecify.annotations.NullMarked;
