@NullMarked
package circuitscope.app;

import org.jspecify.annotations.NullMarked;
