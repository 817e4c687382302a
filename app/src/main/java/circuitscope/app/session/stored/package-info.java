/** Results on disk: written when a run has finished, read again without its model. */
@NullMarked
package circuitscope.app.session.stored;

import org.jspecify.annotations.NullMarked;
