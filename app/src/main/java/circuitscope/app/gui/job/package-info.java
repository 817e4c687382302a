/** Work beside the window: queued by device, told how far it is, cancelled. */
@NullMarked
package circuitscope.app.gui.job;

import org.jspecify.annotations.NullMarked;
