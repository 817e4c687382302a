/** Batch jobs: models × texts × analyses × seeds from one file, checked; how each cell ended. */
@NullMarked
package circuitscope.app.session.job;

import org.jspecify.annotations.NullMarked;
