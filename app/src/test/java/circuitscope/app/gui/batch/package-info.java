@NullMarked
package circuitscope.app.gui.batch;

import org.jspecify.annotations.NullMarked;
