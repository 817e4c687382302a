/** What training checkpoints have learned, one beside the other. */
@NullMarked
package circuitscope.heads.sweep;

import org.jspecify.annotations.NullMarked;
