package circuitscope.heads.composition;

/**
 * Two tokens and what a circuit gives them.
 *
 * @param from the attended (OV) or querying (QK) token
 * @param to the token whose logit is raised (OV) or that is looked for (QK)
 * @param value above the mean of its row, which changes no probability
 */
public record TokenPair(String from, String to, int fromId, int toId, double value) {}
