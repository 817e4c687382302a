/** The page of a prompt: its tokens, its losses, what is expected, what is written on. */
@NullMarked
package circuitscope.app.gui.prompt;

import org.jspecify.annotations.NullMarked;
