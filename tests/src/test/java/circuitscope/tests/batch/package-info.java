/** Batch runs: what is kept, what is run again, and what shards and kills leave. */
@NullMarked
package circuitscope.tests.batch;

import org.jspecify.annotations.NullMarked;
