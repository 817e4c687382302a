package circuitscope.probes.predict;

import circuitscope.probes.analysis.Result;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.model.Generator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prompt and what was written.
 *
 * @param ids the new tokens only
 * @param text of them; null without a tokenizer
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
public record Generated(
    int[] promptIds,
    int[] ids,
    @Nullable String text,
    TokensRead input,
    @JsonIgnore Generator.Sampling sampling)
    implements Result {
  @Override
  public String summary() {
    return text == null ? Arrays.toString(ids) : text;
  }

  @Override
  public TokensRead tokensRead() {
    return input;
  }

  @Override
  public Map<String, Object> protocol() {
    return GenerateAnalysis.protocol(sampling);
  }
}
