/** InfLLM: how much attention lies in the blocks that a query would fetch. */
@NullMarked
package circuitscope.probes.seed.retrieval;

import org.jspecify.annotations.NullMarked;
