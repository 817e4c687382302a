/** The command line: thin commands over the session, and the only place that prints. */
@NullMarked
package circuitscope.app.cli;

import org.jspecify.annotations.NullMarked;
