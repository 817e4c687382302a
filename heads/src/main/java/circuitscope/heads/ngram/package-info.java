/** Heads that look for what followed the last tokens before: of which order, and put in by hand. */
@NullMarked
package circuitscope.heads.ngram;

import org.jspecify.annotations.NullMarked;
