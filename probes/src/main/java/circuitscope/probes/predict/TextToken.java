package circuitscope.probes.predict;

import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.models.tokenizer.Encoded;
import circuitscope.models.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A token and where it stands.
 *
 * @param label as it can stand on an axis, white space visible
 * @param start index into the text (UTF-16 units) of the first character that it touches; null
 *     where it was not made from a text that is known
 * @param end after the last; a special token that was added has an empty span
 */
public record TextToken(
    int position, int id, String label, @Nullable Integer start, @Nullable Integer end) {

  /** The tokens of a text under a BOS policy. */
  public static List<TextToken> of(Tokenizer tokenizer, String text, BosPolicy bos) {
    Encoded encoded = tokenizer.encode(text, bos);
    List<TextToken> tokens = new ArrayList<>();
    for (int i = 0; i < encoded.size(); i++) {
      int id = encoded.ids()[i];
      tokens.add(new TextToken(i, id, tokenizer.label(id), encoded.starts()[i], encoded.ends()[i]));
    }
    return tokens;
  }
}
