@NullMarked
package circuitscope.tests.cli;

import org.jspecify.annotations.NullMarked;
