/** What the attention probes share: queries, keys and pattern of each layer as they are made. */
@NullMarked
package circuitscope.probes.seed.attention;

import org.jspecify.annotations.NullMarked;
