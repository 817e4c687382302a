@NullMarked
package circuitscope.heads.icll;

import org.jspecify.annotations.NullMarked;
