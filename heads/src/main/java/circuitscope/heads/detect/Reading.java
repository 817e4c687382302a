package circuitscope.heads.detect;

import circuitscope.heads.detect.RepeatedBlocks.Layout;
import circuitscope.probes.analysis.TokensRead;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rows of tokens that protocols are read from.
 *
 * @param rows {@code [row][position]}
 * @param layout where blocks lie; null in rows of which that is not known
 * @param words how the rows came about, for results
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Reading(int[][] rows, @Nullable Layout layout, TokensRead read, Map<String, Object> words) {}
