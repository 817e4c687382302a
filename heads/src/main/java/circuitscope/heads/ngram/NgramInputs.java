package circuitscope.heads.ngram;

import circuitscope.heads.OrdinaryTokens;
import circuitscope.heads.icll.Automaton;
import circuitscope.heads.icll.AutomatonSampler;
import circuitscope.heads.icll.LanguageExample;
import circuitscope.heads.icll.SymbolTokens;
import circuitscope.models.tokenizer.Tokenizer;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokenRows;
import circuitscope.probes.analysis.TokensRead;
import circuitscope.probes.corpus.TokenDigest;
import circuitscope.probes.corpus.TokenWindow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a spectrum is measured on.
 *
 * @param rows each a sequence for the bootstrap, all of one length
 */
record NgramInputs(List<int[]> rows, TokensRead read) {
  /** Longer rows would take gigabytes of weights: 30 columns of length² values. */
  static final int MAX_LENGTH = 4096;

  /** Rows in which the orders disagree. */
  enum Source {
    /** {@link DisagreeingBlocks}. */
    BLOCKS,
    /** Strings of probabilistic automata, one language a row. */
    AUTOMATA
  }

  /** Whether made rows begin with the model's start token. */
  enum StartToken {
    /** Where the tokenizer names one. */
    AUTO,
    YES,
    NO
  }

  static NgramInputs of(Subject subject, NgramAnalysis.Parameters p) {
    if (subject.input() == null) {
      return made(subject, p);
    }
    if (p.source() != null || p.startToken() != StartToken.AUTO) {
      throw new IllegalArgumentException(
          "source and start-token say which rows are made; leave them out beside "
              + subject.input().describe());
    }
    int length =
        subject.input() instanceof TokenInput.Ids ids
            ? Arrays.stream(ids.rows()).mapToInt(row -> row.length).max().orElse(0)
            : p.length();
    if (length > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "%s: rows of %d tokens; the spectrum takes %d at most"
              .formatted(subject.input().describe(), length, MAX_LENGTH));
    }
    List<int[]> rows = new ArrayList<>();
    try (TokenRows opened = subject.rows(length, p.samples())) {
      for (List<TokenWindow> next = opened.next(p.samples());
          !next.isEmpty();
          next = opened.next(p.samples())) {
        next.stream().map(TokenWindow::ids).forEach(rows::add);
      }
      int first = rows.getFirst().length;
      rows.removeIf(row -> row.length != first); // the rest of a text
      return new NgramInputs(rows, opened.read());
    }
  }

  private static NgramInputs made(Subject subject, NgramAnalysis.Parameters p) {
    RandomGenerator random = OrdinaryTokens.random(p.seed());
    OptionalInt bos = bos(subject.tokenizer(), p.startToken());
    boolean blocks = p.source() != Source.AUTOMATA;
    List<int[]> rows = blocks ? blocks(subject, p, random) : automata(subject, p, random);
    List<int[]> begun =
        bos.isEmpty() ? rows : rows.stream().map(row -> begin(row, bos.getAsInt())).toList();
    String source =
        blocks
            ? "blocks of orders 2 to %d, %d first tokens a stem, each %d times"
                .formatted(p.maxOrder(), p.contexts(), p.copies())
            : "strings of automata, cut at %d tokens".formatted(p.length());
    return new NgramInputs(
        begun,
        new TokensRead(
            source,
            "ids drawn, " + (bos.isEmpty() ? "no start token" : "one start token"),
            begun.size(),
            begun.stream().mapToLong(row -> row.length).sum(),
            0L,
            TokenDigest.of(begun.toArray(int[][]::new))));
  }

  private static List<int[]> blocks(
      Subject subject, NgramAnalysis.Parameters p, RandomGenerator random) {
    OrdinaryTokens pool = OrdinaryTokens.of(subject.model().spec().vocab(), subject.tokenizer());
    List<int[]> rows = new ArrayList<>();
    for (int i = 0; i < p.samples(); i++) {
      rows.add(DisagreeingBlocks.row(p.maxOrder(), p.contexts(), p.copies(), pool, random));
    }
    return rows;
  }

  private static List<int[]> automata(
      Subject subject, NgramAnalysis.Parameters p, RandomGenerator random) {
    AutomatonSampler sampler = AutomatonSampler.PAPER;
    List<int[]> rows = new ArrayList<>();
    for (Automaton automaton : sampler.draw(p.samples(), p.seed())) {
      SymbolTokens drawn = SymbolTokens.draw(sampler.symbols(), subject, random);
      SymbolTokens tokens =
          new SymbolTokens(drawn.symbols(), drawn.separator(), OptionalInt.empty(), "");
      rows.add(
          tokens.encode(LanguageExample.draw(automaton, sampler.symbols(), p.length(), random)));
    }
    return rows;
  }

  private static OptionalInt bos(@Nullable Tokenizer tokenizer, StartToken bos) {
    OptionalInt known = OrdinaryTokens.start(tokenizer);
    if (bos == StartToken.YES && known.isEmpty()) {
      throw new IllegalArgumentException(
          "start-token: no start token is known of this model; name its tokenizer with --tokenizer,"
              + " or leave the start token out");
    }
    return bos == StartToken.NO ? OptionalInt.empty() : known;
  }

  private static int[] begin(int[] row, int bos) {
    int[] begun = new int[row.length + 1];
    begun[0] = bos;
    System.arraycopy(row, 0, begun, 1, row.length);
    return begun;
  }
}
