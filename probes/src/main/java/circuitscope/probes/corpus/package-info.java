/**
 * Text files as token windows.
 *
 * <p>Files may be gzipped or packed with zstd, and hold plain text or JSON Lines, a document in a
 * field of each line, which may hold separators as a text does. A text is split into documents at
 * lines that are exactly {@code <|endoftext|>}; a document loses its leading and trailing newlines;
 * an empty one is left out. Each is encoded without special tokens and preceded by the tokenizer's
 * end-of-text (or BOS) token, and all are packed into one stream, which is cut into disjoint
 * windows.
 */
@NullMarked
package circuitscope.probes.corpus;

import org.jspecify.annotations.NullMarked;
