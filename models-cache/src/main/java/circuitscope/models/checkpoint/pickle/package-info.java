/**
 * Python pickles as data. A pickle is a program; this machine runs it, but whatever the program
 * asks Python to look up is answered by an allow-list ({@link
 * circuitscope.models.checkpoint.pickle.PickleVocabulary}) and nothing else exists.
 */
@NullMarked
package circuitscope.models.checkpoint.pickle;

import org.jspecify.annotations.NullMarked;
