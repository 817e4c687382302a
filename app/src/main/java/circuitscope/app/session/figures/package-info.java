/** Figures of stored results, drawn again without the model. */
@NullMarked
package circuitscope.app.session.figures;

import org.jspecify.annotations.NullMarked;
