/** Marks to files, with no display: PNG, SVG and PDF, each with its data and provenance. */
@NullMarked
package circuitscope.viz.paint;

import org.jspecify.annotations.NullMarked;
