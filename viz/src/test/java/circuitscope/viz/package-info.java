@NullMarked
package circuitscope.viz;

import org.jspecify.annotations.NullMarked;
