/** Open, run, save: what the command line and the window share, free of both. */
@NullMarked
package circuitscope.app.session;

import org.jspecify.annotations.NullMarked;
