/** The page of heads: scores, nulls, effects, n-gram spectrum, composition. */
@NullMarked
package circuitscope.app.gui.heads;

import org.jspecify.annotations.NullMarked;
