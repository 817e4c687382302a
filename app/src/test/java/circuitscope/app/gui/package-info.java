@NullMarked
package circuitscope.app.gui;

import org.jspecify.annotations.NullMarked;
