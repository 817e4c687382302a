/** Two results of one analysis side by side: what differs, by how much, and how sure that is. */
@NullMarked
package circuitscope.app.session.compare;

import org.jspecify.annotations.NullMarked;
