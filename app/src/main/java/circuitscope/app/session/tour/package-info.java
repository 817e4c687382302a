/** The first tour: the embedded model's main findings as files and one page. */
@NullMarked
package circuitscope.app.session.tour;

import org.jspecify.annotations.NullMarked;
