@NullMarked
package circuitscope.probes.ngram;

import org.jspecify.annotations.NullMarked;
