package circuitscope.heads.detect;

import circuitscope.heads.detect.ProtocolRun.Asked;
import circuitscope.heads.detect.RepeatedBlocks.Bos;
import circuitscope.probes.analysis.Analysis;
import circuitscope.probes.analysis.Param;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.analysis.TokensRead;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Previous-token, duplicate-token, induction, copying and successor heads, and those of any
 * pattern.
 *
 * <p>On a block of P tokens given twice, a head's score is the mean attention probability on its
 * target (Olsson et al. 2022, "In-context Learning and Induction Heads", with the follower as
 * target): for queries i in [P, 2P), induction at key i−P+1 and duplicate at key i−P; previous at
 * key i−1 for all i ≥ 1. Other protocols are named in {@link Protocols}. A high score says where a
 * head looks on such input, not what it does; copying and successor scores say what it writes.
 */
public final class DetectAnalysis implements Analysis<DetectAnalysis.Parameters, HeadScores> {
  private static final int DEFAULT_PERIOD = 50;

  /** What can be chosen. */
  public record Parameters(
      @Param(
              help =
                  "Length of the block that is repeated; with --ids of blocks repeated once, half a"
                      + " row",
              optional = true,
              min = 2,
              unit = "tokens")
          @Nullable Integer period,
      @Param(
              help = "Rows of random tokens, and rows read of a text at most",
              byDefault = "10",
              min = 1,
              unit = "rows")
          int samples,
      @Param(help = "Rows run at once, at most", byDefault = "10", min = 1, unit = "rows")
          int batch,
      @Param(help = "Seed of the random tokens, shuffles and resampling", byDefault = "0")
          long seed,
      @Param(
              help =
                  "Protocols by name, or all; the first one's scores are the heads' scores, and the"
                      + " rest stand beside them",
              byDefault = "circuitscope-repeated-block")
          List<String> protocols,
      @Param(
              help = "Draws of the shuffled-position null",
              byDefault = "100",
              min = 20,
              max = 10_000,
              unit = "draws")
          int shuffles,
      @Param(help = "Start token of circuitscope-repeated-block's random rows", byDefault = "none")
          Bos start,
      @Param(help = "Id of the start token, if not the tokenizer's own", optional = true, min = 0)
          @Nullable Integer bosId,
      @Param(
              help = "Tokens of a text that make a row, for protocols that read texts",
              byDefault = "128",
              min = 2,
              unit = "tokens")
          int length,
      @Param(
              help =
                  "A pattern of your own to look for as well: offset:-N, same-token,"
                      + " after-same-token, token:X or after-token:X",
              optional = true)
          @Nullable String pattern,
      @Param(
              help =
                  "The same as a matrix of 0 and 1: FILE.json (rows of numbers) or"
                      + " FILE.safetensors:TENSOR",
              optional = true)
          @Nullable String patternFile,
      @Param(help = "Measure what heads write: copying", byDefault = "true") boolean copying,
      @Param(
              help = "Measure what heads write: successors of numbers, days, months and letters",
              byDefault = "true")
          boolean successor) {
    public Parameters {
      protocols = List.copyOf(protocols);
      if (pattern != null && patternFile != null) {
        throw new IllegalArgumentException("pattern and pattern-file exclude each other: give one");
      }
    }
  }

  @Override
  public String id() {
    return "heads.detect";
  }

  @Override
  public String title() {
    return "Head detection";
  }

  @Override
  public String description() {
    return "Score every head as previous-token, duplicate-token, induction, copying and successor"
        + " head, on random tokens given twice (Olsson et al. 2022), under one or all protocols,"
        + " each score beside its null and interval.";
  }

  @Override
  public String example() {
    return "--model embedded:gpt2-4l --protocols all --out heads";
  }

  @Override
  public Class<Parameters> parameters() {
    return Parameters.class;
  }

  @Override
  public Input input() {
    return Input.OPTIONAL;
  }

  @Override
  public HeadScores run(Subject subject, Parameters parameters, Progress progress) {
    Map<String, String> leftOut = new TreeMap<>();
    List<Asked> asked = asked(subject, parameters, leftOut);
    Map<TokensRead, List<Asked>> passes = new LinkedHashMap<>(); // equal digests, equal rows
    for (Asked one : asked) {
      passes.computeIfAbsent(one.reading().read(), rows -> new ArrayList<>()).add(one);
    }
    Map<String, ProtocolScores> scored = new HashMap<>();
    List<PatternSums> sums = new ArrayList<>();
    for (List<Asked> pass : passes.values()) {
      Progress step = progress.step(pass.getFirst().protocol().name(), 0.8 / passes.size());
      ProtocolRun.Scored scores = ProtocolRun.run(subject.model(), pass, parameters, step);
      sums.add(scores.sums());
      scores.protocols().forEach(one -> scored.put(one.protocol(), one));
    }
    Copying copying =
        unlessLeftOut(
            parameters.copying(), "copying", leftOut, () -> copying(subject, parameters, progress));
    Successors successors =
        unlessLeftOut(
            parameters.successor(),
            "successor",
            leftOut,
            () -> successors(subject, parameters, progress));
    List<ProtocolScores> ordered =
        asked.stream().map(one -> Objects.requireNonNull(scored.get(one.protocol().id()))).toList();
    return HeadRows.result(
        subject.model().spec(), ordered, sums.getFirst(), copying, successors, leftOut);
  }

  /** What could be measured of what was wanted; notes the reason where it could not. */
  private static <T> @Nullable T unlessLeftOut(
      boolean wanted, String what, Map<String, String> leftOut, Supplier<T> measure) {
    try {
      return wanted ? measure.get() : null;
    } catch (IllegalArgumentException e) {
      leftOut.put(what, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static Copying copying(Subject subject, Parameters parameters, Progress progress) {
    return CopyingRun.of(
        subject,
        parameters.batch(),
        parameters.shuffles(),
        parameters.seed(),
        progress.step("copying", 0.1));
  }

  private static Successors successors(Subject subject, Parameters parameters, Progress progress) {
    return SuccessorRun.of(
        subject, parameters.shuffles(), parameters.seed(), progress.step("successors", 0.1));
  }

  /** The protocols with their tokens; of all, those that this model and input allow. */
  private static List<Asked> asked(
      Subject subject, Parameters parameters, Map<String, String> leftOut) {
    int period = parameters.period() == null ? DEFAULT_PERIOD : parameters.period();
    Protocol ours = Protocols.repeatedBlock(parameters.start(), period, parameters.samples());
    boolean all = parameters.protocols().equals(List.of("all"));
    List<Protocol> protocols =
        all
            ? Protocols.all(ours)
            : parameters.protocols().stream().map(name -> Protocols.find(name, ours)).toList();
    if (protocols.stream().allMatch(one -> one.readsGiven() != Protocol.Given.ANY)) {
      refuseText(subject.input());
    }
    GivenPattern pattern = pattern(subject, parameters);
    Readings readings = new Readings(subject, parameters);
    List<Asked> asked = new ArrayList<>();
    Map<ProtocolRun.Origin, List<Measure>> made = new HashMap<>();
    for (Protocol protocol : protocols) {
      try {
        Reading reading = readings.of(protocol);
        asked.add(Asked.of(protocol, reading, asked.isEmpty() ? pattern : null, made));
      } catch (IllegalArgumentException e) {
        if (!all) {
          throw e;
        }
        leftOut.put(protocol.name(), String.valueOf(e.getMessage()));
      }
    }
    if (asked.isEmpty()) {
      throw new IllegalArgumentException(
          "no protocol can be followed: " + leftOut.values().iterator().next());
    }
    return asked;
  }

  private static @Nullable GivenPattern pattern(Subject subject, Parameters parameters) {
    if (parameters.patternFile() != null) {
      return GivenPattern.ofFile(parameters.patternFile());
    }
    return parameters.pattern() == null ? null : GivenPattern.ofRule(parameters.pattern(), subject);
  }

  private static void refuseText(@Nullable TokenInput input) {
    if (input instanceof TokenInput.Prompt || input instanceof TokenInput.TextFiles) {
      throw new IllegalArgumentException(
          "%s: these scores need a block of tokens given twice; leave the text out to use random tokens,"
                  .formatted(input.describe())
              + " give --ids, or choose a protocol that reads any text, such as --protocols"
              + " transformerlens-target-rows");
    }
  }
}
