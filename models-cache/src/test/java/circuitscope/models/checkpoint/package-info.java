@NullMarked
package circuitscope.models.checkpoint;

import org.jspecify.annotations.NullMarked;
