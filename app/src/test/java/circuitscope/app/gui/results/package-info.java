/** Tests of the page's view-model, without a toolkit. */
@NullMarked
package circuitscope.app.gui.results;

import org.jspecify.annotations.NullMarked;
