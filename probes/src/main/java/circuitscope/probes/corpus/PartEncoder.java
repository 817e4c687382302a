package circuitscope.probes.corpus;

import circuitscope.models.tokenizer.BulkEncoder;
import circuitscope.models.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** From text to tokens and the bytes that each stands for. Safe from several threads. */
final class PartEncoder {
  private final BulkEncoder encoder;
  private final int endOfText;
  private final int[] byteLengths; // [id]
  private final boolean[] beginsWithSpace; // [id]

  PartEncoder(Tokenizer tokenizer) {
    OptionalInt separator = tokenizer.endOfText();
    if (separator.isEmpty()) {
      throw new CorpusException(
          "%s names neither <|endoftext|> nor a BOS or EOS token, so documents cannot be told apart;"
                  .formatted(tokenizer.source())
              + " name one in tokenizer_config.json, or give token ids (--ids)");
    }
    encoder = tokenizer.bulk();
    endOfText = separator.getAsInt();
    byteLengths = new int[tokenizer.vocabularySize()];
    beginsWithSpace = new boolean[byteLengths.length];
    for (int id = 0; id < byteLengths.length; id++) {
      byte[] bytes = tokenizer.isSpecial(id) ? new byte[0] : tokenizer.bytes(id);
      byteLengths[id] = bytes.length;
      beginsWithSpace[id] = bytes.length > 0 && bytes[0] == ' ';
    }
  }

  /**
   * The tokens of a part. Their byte lengths sum to the text's, also under a tokenizer that puts a
   * space before each text; where a normalizer changes the text, they are those of the changed one.
   */
  TokenPart encode(DocumentPart part) {
    int[] own = encoder.encode(part.text());
    int lead = part.first() ? 1 : 0;
    int[] ids = new int[own.length + lead];
    int[] lengths = new int[ids.length];
    System.arraycopy(own, 0, ids, lead, own.length);
    if (part.first()) {
      ids[0] = endOfText;
    }
    long bytes = 0;
    for (int i = lead; i < ids.length; i++) {
      lengths[i] = byteLengths[ids[i]];
      bytes += lengths[i];
    }
    boolean mayBeAdded = own.length > 0 && beginsWithSpace[own[0]];
    if (mayBeAdded && bytes == part.text().getBytes(StandardCharsets.UTF_8).length + 1L) {
      lengths[lead]--;
    }
    return new TokenPart(part.document(), ids, lengths);
  }
}
