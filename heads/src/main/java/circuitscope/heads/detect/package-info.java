/** Which heads attend to the previous, the same and the following token. */
@NullMarked
package circuitscope.heads.detect;

import org.jspecify.annotations.NullMarked;
