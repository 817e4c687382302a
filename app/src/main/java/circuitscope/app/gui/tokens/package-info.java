/** Tokens of a text as chips that are coloured, pointed at and picked. */
@NullMarked
package circuitscope.app.gui.tokens;

import org.jspecify.annotations.NullMarked;
