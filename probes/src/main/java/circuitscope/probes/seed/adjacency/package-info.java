/** Token Recycling: the candidates of a token's last occurrence as drafts. */
@NullMarked
package circuitscope.probes.seed.adjacency;

import org.jspecify.annotations.NullMarked;
