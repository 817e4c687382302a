/** Journeys through the window, and its screenshots. */
@NullMarked
package circuitscope.tests.gui;

import org.jspecify.annotations.NullMarked;
