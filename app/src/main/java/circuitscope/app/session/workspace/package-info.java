/** Workspaces: what a study consists of, in one file that is never half-written. */
@NullMarked
package circuitscope.app.session.workspace;

import org.jspecify.annotations.NullMarked;
