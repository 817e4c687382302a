/** The history of runs: found again, read without their models, compared, annotated, deleted. */
@NullMarked
package circuitscope.app.gui.results;

import org.jspecify.annotations.NullMarked;
