/** Batch jobs: models × texts × analyses from one file, run in order. */
@NullMarked
package circuitscope.app.session.job;

import org.jspecify.annotations.NullMarked;
