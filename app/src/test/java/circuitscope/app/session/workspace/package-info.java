@NullMarked
package circuitscope.app.session.workspace;

import org.jspecify.annotations.NullMarked;
