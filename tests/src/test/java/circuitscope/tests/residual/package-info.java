/** What is read off the residual stream, on a model small enough to compute by hand. */
@NullMarked
package circuitscope.tests.residual;

import org.jspecify.annotations.NullMarked;
