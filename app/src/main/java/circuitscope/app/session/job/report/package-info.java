/** What is left of a job: one page, tables of all its numbers, and the joining of shards. */
@NullMarked
package circuitscope.app.session.job.report;

import org.jspecify.annotations.NullMarked;
