@NullMarked
package circuitscope.app.gui.job;

import org.jspecify.annotations.NullMarked;
