/** What heads do, found out by taking them away. */
@NullMarked
package circuitscope.heads.causal;

import org.jspecify.annotations.NullMarked;
