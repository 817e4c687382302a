/** What heads do, on models whose heads are known. */
@NullMarked
package circuitscope.tests.heads;

import org.jspecify.annotations.NullMarked;
