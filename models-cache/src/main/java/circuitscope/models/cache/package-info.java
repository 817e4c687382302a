@NullMarked
package circuitscope.models.cache;

import org.jspecify.annotations.NullMarked;
