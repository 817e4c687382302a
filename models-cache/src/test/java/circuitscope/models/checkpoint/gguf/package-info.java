@NullMarked
package circuitscope.models.checkpoint.gguf;

import org.jspecify.annotations.NullMarked;
