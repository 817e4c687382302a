/** The window itself: menus, side bar, tabs, status bar, command palette. */
@NullMarked
package circuitscope.app.gui.shell;

import org.jspecify.annotations.NullMarked;
