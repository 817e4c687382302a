@NullMarked
package circuitscope.heads.streaming;

import org.jspecify.annotations.NullMarked;
