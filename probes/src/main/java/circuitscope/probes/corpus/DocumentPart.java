package circuitscope.probes.corpus;

/**
 * A document, or the next part of one that is too long to be encoded at once.
 *
 * @param document running number over all files, from 0; empty documents are not counted
 * @param first whether the document begins here
 */
record DocumentPart(long document, boolean first, String text) {}
