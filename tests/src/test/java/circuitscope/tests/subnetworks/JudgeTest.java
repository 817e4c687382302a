package circuitscope.tests.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.Subject;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.probes.model.ComputeDevice;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.Precision;
import circuitscope.probes.ngram.CountsException;
import circuitscope.subnetworks.judge.AblateAnalysis;
import circuitscope.subnetworks.judge.AblateResult;
import circuitscope.subnetworks.judge.EvalAnalysis;
import circuitscope.subnetworks.judge.EvalResult;
import circuitscope.subnetworks.judge.TokensAnalysis;
import circuitscope.subnetworks.judge.TokensResult;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judging against NumPy on the tiny model of {@code golden/mask_training.py}. */
final class JudgeTest {
  private static final Path FOLDER = Path.of("golden", "mask-training");
  private static final Path BIGRAMS = FOLDER.resolve("bigrams.safetensors");

  /** The model runs in FP32 here and in FP64 there. */
  private static final double TOLERANCE = 1e-5;

  @TempDir Path temporary;
  private Checkpoint checkpoint;
  private Model model;
  private Subject subject;

  @BeforeEach
  void open() throws IOException {
    checkpoint = Checkpoint.open(FOLDER);
    model =
        Model.load(checkpoint, ComputeDevice.parse("cpu"), Precision.FP32, (name, done, all) -> {});
    TokenInput tokens = TokenInput.readIds(FOLDER.resolve("tokens.safetensors") + ":input_ids");
    subject = new Subject(model, null, tokens);
  }

  @AfterEach
  void close() {
    model.close();
    checkpoint.close();
  }

  @Test
  void bothVariantsOfTheCorrelationEqualNumPys() throws IOException {
    JsonNode expected =
        new ObjectMapper().readTree(FOLDER.resolve("reference.json").toFile()).get("evaluation");

    EvalResult result = eval(null, BIGRAMS);

    assertThat(result.judgement().pearsonClamp())
        .isCloseTo(expected.get("pearson_clamp").asDouble(), within(TOLERANCE));
    assertThat(result.judgement().pearsonDrop())
        .isCloseTo(expected.get("pearson_drop").asDouble(), within(TOLERANCE));
    assertThat(result.judgement().crossEntropyBits())
        .isCloseTo(expected.get("cross_entropy_bits").asDouble(), within(TOLERANCE));
    assertThat(result.infinite()).isEqualTo(expected.get("infinite").asLong());
    assertThat(result.positions()).isEqualTo(expected.get("positions").asLong());
  }

  @Test
  void aMaskThatKeepsEverythingIsTheFullModel() throws IOException {
    Path file = temporary.resolve("all.safetensors");
    MaskFile.write(file, keeping(1));
    EvalResult full = eval(null, BIGRAMS);
    EvalResult masked = eval(file.toString(), BIGRAMS);
    assertThat(masked.judgement().pearsonClamp()).isEqualTo(full.judgement().pearsonClamp());
    assertThat(masked.judgement().share()).isEqualTo(1);
  }

  @Test
  void ablatingAndItsControlsLookAtTheSameCounts() throws IOException {
    Path file = temporary.resolve("third.safetensors");
    MaskFile.write(file, keeping(3));
    AblateResult result =
        new AblateAnalysis()
            .run(
                subject,
                new AblateAnalysis.Parameters(
                    file.toString(), BIGRAMS, AblateAnalysis.Control.MATRIX, 3, 16, 4, 100, 0),
                Progress.silent());
    assertThat(result.randomCosts()).hasSize(3);
    assertThat(result.cost().value())
        .isCloseTo(result.without().value() - result.full().value(), within(1e-9));
    assertThat(result.full().low()).isLessThan(result.full().high());
  }

  @Test
  void tokensOfATextAreThoseThatTheJudgeTakesTheMeanOf() throws IOException {
    Path file = temporary.resolve("third.safetensors");
    MaskFile.write(file, keeping(3));
    TokensResult tokens =
        new TokensAnalysis()
            .run(
                subject,
                new TokensAnalysis.Parameters(file.toString(), BIGRAMS, 16),
                Progress.silent());
    EvalResult full = oneSequence(null);
    EvalResult masked = oneSequence(file.toString());

    assertThat(tokens.tokens()).hasSize(16);
    assertThat(tokens.tokens().getFirst().fullBits()).isNull();
    List<TokensResult.Token> scored = tokens.tokens().subList(1, 16);
    assertThat(scored.stream().mapToDouble(TokensResult.Token::fullBits).average().orElseThrow())
        .isCloseTo(full.judgement().lossBits(), within(TOLERANCE));
    assertThat(
            scored.stream().mapToDouble(TokensResult.Token::subnetworkBits).average().orElseThrow())
        .isCloseTo(masked.judgement().lossBits(), within(TOLERANCE));
    assertThat(scored.stream().filter(token -> token.bigramBits() == null).count())
        .isEqualTo(full.infinite());
  }

  private EvalResult oneSequence(String mask) {
    return new EvalAnalysis()
        .run(subject, new EvalAnalysis.Parameters(mask, BIGRAMS, 16, 1, 1, 0), Progress.silent());
  }

  @Test
  void aTableOfAnotherVocabularyIsRefused() throws IOException {
    Path other = temporary.resolve("other.safetensors");
    Files.copy(BIGRAMS, other);
    byte[] bytes = Files.readAllBytes(other);
    bytes[bytes.length - 1] ^= 1;
    Files.write(other, bytes);
    assertThatThrownBy(() -> eval(null, other)).isInstanceOf(CountsException.class);
  }

  private EvalResult eval(String mask, Path bigrams) {
    return new EvalAnalysis()
        .run(subject, new EvalAnalysis.Parameters(mask, bigrams, 16, 3, 100, 0), Progress.silent());
  }

  /** Every n-th weight of each matrix. */
  private Mask keeping(int every) {
    List<MaskMatrix> matrices =
        model.weights().maskable().stream()
            .map(
                weight -> {
                  long[] shape = weight.array().getShape().getShape();
                  BitSet bits = new BitSet();
                  for (int i = 0; i < weight.array().size(); i += every) {
                    bits.set(i);
                  }
                  return new MaskMatrix(weight.name(), (int) shape[0], (int) shape[1], bits);
                })
            .toList();
    return Mask.of("every " + every, matrices, MaskProvenance.NONE);
  }
}
