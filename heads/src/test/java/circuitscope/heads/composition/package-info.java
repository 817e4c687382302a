@NullMarked
package circuitscope.heads.composition;

import org.jspecify.annotations.NullMarked;
