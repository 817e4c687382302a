/** The page of job files: write one, check it, run it, watch its cells, look at their results. */
@NullMarked
package circuitscope.app.gui.batch;

import org.jspecify.annotations.NullMarked;
