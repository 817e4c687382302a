/** Published tables computed again: expected numbers are data, analyses are run, verdicts given. */
@NullMarked
package circuitscope.app.session.reproduce;

import org.jspecify.annotations.NullMarked;
