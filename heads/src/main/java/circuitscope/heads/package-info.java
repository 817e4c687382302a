@NullMarked
package circuitscope.heads;

import org.jspecify.annotations.NullMarked;
