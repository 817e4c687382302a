/** Running a job: which cells are to be done, in which processes, and what they take. */
@NullMarked
package circuitscope.app.session.job.run;

import org.jspecify.annotations.NullMarked;
