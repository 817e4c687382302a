package circuitscope.app.session.tour;

import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokenInput;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One stop of the tour: a question, the analysis that answers it, and how to read the answer.
 *
 * @param result what the analysis answers with
 * @param id of the analysis; its files lie in a folder of that name
 * @param parameters as one would type them
 * @param input null for analyses that make their own tokens, or need none
 * @param question the heading
 * @param meaning a paragraph that says what is seen
 */
record Stop<R extends Result>(
    Class<R> result,
    String id,
    Map<String, String> parameters,
    @Nullable TokenInput input,
    String question,
    String meaning) {}
