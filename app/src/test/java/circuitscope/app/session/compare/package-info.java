@NullMarked
package circuitscope.app.session.compare;

import org.jspecify.annotations.NullMarked;
