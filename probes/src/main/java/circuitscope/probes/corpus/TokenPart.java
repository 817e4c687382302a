package circuitscope.probes.corpus;

/**
 * Tokens of one document, or of a part of one.
 *
 * @param document running number over all files, from 0
 * @param ids {@code [position]}; a document's first part begins with the end-of-text token
 * @param byteLengths {@code [position]} UTF-8 bytes of text that each token stands for; 0 for
 *     special tokens
 */
record TokenPart(long document, int[] ids, int[] byteLengths) {}
