/** Regular languages learned in context, and the n-gram learners that models are compared with. */
@NullMarked
package circuitscope.heads.icll;

import org.jspecify.annotations.NullMarked;
