@NullMarked
package circuitscope.tests.scripting;

import org.jspecify.annotations.NullMarked;
