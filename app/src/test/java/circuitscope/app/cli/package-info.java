@NullMarked
package circuitscope.app.cli;

import org.jspecify.annotations.NullMarked;
