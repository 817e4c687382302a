/**
 * Streams longer than the cache: attention sinks, windows and what they cost (Xiao et al. 2023).
 */
@NullMarked
package circuitscope.heads.streaming;

import org.jspecify.annotations.NullMarked;
