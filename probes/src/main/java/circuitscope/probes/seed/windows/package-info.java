/** Text cut where a model's information fills a window. */
@NullMarked
package circuitscope.probes.seed.windows;

import org.jspecify.annotations.NullMarked;
