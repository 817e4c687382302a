@NullMarked
package circuitscope.app.session;

import org.jspecify.annotations.NullMarked;
