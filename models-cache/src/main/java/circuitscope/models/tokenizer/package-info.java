@NullMarked
package circuitscope.models.tokenizer;

import org.jspecify.annotations.NullMarked;
