/** Prompt pairs and patching, against hand-computed cases, identities and references. */
@NullMarked
package circuitscope.tests.patching;

import org.jspecify.annotations.NullMarked;
