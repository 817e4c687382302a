package circuitscope.heads.detect;

import circuitscope.heads.detect.Protocol.Given;
import circuitscope.heads.detect.RepeatedBlocks.Bos;
import circuitscope.heads.detect.RepeatedBlocks.Layout;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.corpus.TokenWindow;
import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of each protocol: those that the user gives, where it can read them, else drawn. Rows
 * that several protocols share are made once.
 */
final class Readings {
  private final Subject subject;
  private final DetectAnalysis.Parameters parameters;
  private final Map<RepeatedBlocks, Reading> drawn = new HashMap<>();
  private @Nullable Reading given;

  Readings(Subject subject, DetectAnalysis.Parameters parameters) {
    this.subject = subject;
    this.parameters = parameters;
  }

  /**
   * The rows of a protocol.
   *
   * @throws IllegalArgumentException when the model or what is given has no such rows
   */
  Reading of(Protocol protocol) {
    TokenInput input = subject.input();
    Reading reading =
        switch (protocol.readsGiven()) {
          case NONE -> draw(protocol.tokens());
          case REPEATED_IDS ->
              input instanceof TokenInput.Ids ? repeated(given()) : draw(protocol.tokens());
          case ANY -> input == null ? draw(protocol.tokens()) : given();
        };
    DecoderSpec spec = subject.model().spec();
    int longest = Arrays.stream(reading.rows()).mapToInt(row -> row.length).max().orElse(0);
    if (spec.learnedPositions() && longest > spec.contextLength()) {
      throw new IllegalArgumentException(
          "%s reads rows of %d tokens, and this model has %d positions%s"
              .formatted(
                  protocol.name(),
                  longest,
                  spec.contextLength(),
                  protocol.readsGiven() == Given.REPEATED_IDS ? "; lower --period" : ""));
    }
    return reading;
  }

  private Reading draw(RepeatedBlocks blocks) {
    return drawn.computeIfAbsent(
        blocks,
        key -> {
          Tokenizer tokenizer = subject.tokenizer();
          int vocab = subject.model().spec().vocab();
          int start = blocks.bos() == Bos.NONE ? -1 : startToken();
          int[][] rows = blocks.draw(vocab, tokenizer, start, parameters.seed());
          return new Reading(
              rows,
              blocks.layout(),
              read("random tokens given %d times".formatted(blocks.repeats()), "ids drawn", rows),
              blocks.describe(parameters.seed()));
        });
  }

  private int startToken() {
    Integer asked = parameters.bosId();
    if (asked != null) {
      return asked;
    }
    Tokenizer tokenizer = subject.tokenizer();
    if (tokenizer != null) {
      OptionalInt bos = tokenizer.specialTokens().bos();
      OptionalInt first = bos.isPresent() ? bos : tokenizer.endOfText();
      if (first.isPresent()) {
        return first.getAsInt();
      }
    }
    throw new IllegalArgumentException(
        "a start token is needed, and none is known: name one with --bos-id, or a tokenizer with"
            + " --tokenizer");
  }

  /** Ids of a block given twice: where the block lies. */
  private Reading repeated(Reading ids) {
    Layout layout = Layout.of(ids.rows(), parameters.period());
    Map<String, Object> words = new LinkedHashMap<>();
    words.put("period", layout.period());
    words.put("rows", ids.rows().length);
    words.put("bos", layout.start() == 0 ? "none added" : "one token before the block, as given");
    return new Reading(ids.rows(), layout, ids.read(), words);
  }

  private Reading given() {
    if (given == null) {
      given = readGiven();
    }
    return given;
  }

  private Reading readGiven() {
    if (subject.requireInput() instanceof TokenInput.Ids ids) {
      TokensRead read = read(ids.describe(), ids.policy(), ids.rows());
      return new Reading(ids.rows(), null, read, Map.of("rows", ids.rows().length));
    }
    try (TokenRows windows = subject.rows(parameters.length(), parameters.samples())) {
      List<int[]> rows = new ArrayList<>();
      for (List<TokenWindow> next = windows.next(1); !next.isEmpty(); next = windows.next(1)) {
        rows.add(next.getFirst().ids());
      }
      rows.removeIf(row -> row.length < 2);
      if (rows.isEmpty()) {
        throw new IllegalArgumentException(
            subject.requireInput().describe() + ": a head is scored on at least two tokens");
      }
      return new Reading(
          rows.toArray(int[][]::new), null, windows.read(), Map.of("rows", rows.size()));
    }
  }

  private static TokensRead read(String source, String policy, int[][] rows) {
    long tokens = Arrays.stream(rows).mapToLong(row -> row.length).sum();
    return new TokensRead(source, policy, rows.length, tokens, 0L, TokenDigest.of(rows));
  }
}
