/** Attention sinks: positions that draw attention whatever they hold. */
@NullMarked
package circuitscope.heads.sinks;

import org.jspecify.annotations.NullMarked;
