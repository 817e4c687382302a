@NullMarked
package circuitscope.app.session.reproduce;

import org.jspecify.annotations.NullMarked;
