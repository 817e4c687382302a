@NullMarked
package circuitscope.heads.ngram;

import org.jspecify.annotations.NullMarked;
