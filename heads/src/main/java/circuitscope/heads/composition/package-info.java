/** What heads read and write by their weights alone: composition, copying, circuits. */
@NullMarked
package circuitscope.heads.composition;

import org.jspecify.annotations.NullMarked;
