/** Attention before the softmax. */
@NullMarked
package circuitscope.heads.logits;

import org.jspecify.annotations.NullMarked;
