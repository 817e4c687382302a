/** What is read off the residual stream, against references and identities. */
@NullMarked
package circuitscope.tests.residual;

import org.jspecify.annotations.NullMarked;
