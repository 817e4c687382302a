/** What a page is made from: its services, forms, run bar, results and errors. */
@NullMarked
package circuitscope.app.gui.page;

import org.jspecify.annotations.NullMarked;
