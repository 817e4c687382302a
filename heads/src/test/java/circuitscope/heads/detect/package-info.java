@NullMarked
package circuitscope.heads.detect;

import org.jspecify.annotations.NullMarked;
