package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.models.cache.EmbeddedModels;
import circuitscope.models.checkpoint.SafetensorsFile;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskMatrix;
import circuitscope.subnetworks.mask.MaskProvenance;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --mask} on commands and in job files. */
final class MaskOptionTest {
  private static final String TEXT = "The cat sat on the mat, and the dog lay by the door.";

  @TempDir Path folder;

  /** A mask of the embedded model's matrices; each weight is kept with that probability. */
  private Path mask(String name, double density) throws IOException {
    Random random = new Random(3);
    List<MaskMatrix> matrices = new ArrayList<>();
    Path weights = EmbeddedModels.directory("gpt2-4l").resolve("model.safetensors");
    try (SafetensorsFile file = SafetensorsFile.open(weights)) {
      for (var tensor : file.tensors().values()) {
        if (tensor.name().matches(".*\\.(attn|mlp)\\.c_\\w+\\.weight")) {
          BitSet kept = new BitSet();
          for (int i = 0; i < tensor.shape().elements(); i++) {
            kept.set(i, random.nextDouble() < density);
          }
          matrices.add(new MaskMatrix(tensor.name(), tensor.shape(), kept));
        }
      }
    }
    Path out = folder.resolve(name);
    MaskFile.write(out, Mask.of(name, matrices, MaskProvenance.NONE));
    return out;
  }

  private static double loss(String... mask) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("loss", "--model", Cli.MODEL, "--text", TEXT, "--json"));
    arguments.addAll(List.of(mask));
    return Cli.run(arguments.toArray(String[]::new)).json().path("loss_nats").asDouble();
  }

  @Test
  void aMaskThatKeepsAllChangesNothingAndItsComplementIsTheModelWithoutItsMatrices()
      throws IOException {
    String all = mask("all", 1).toString();
    String none = mask("none", 0).toString();

    assertThat(loss("--mask", all)).isEqualTo(loss());
    assertThat(loss("--mask", all + ":complement")).isEqualTo(loss("--mask", none));
    assertThat(loss("--mask", none)).isGreaterThan(loss() + 1);
  }

  @Test
  void theManifestSaysWhichMaskAndItsCommandGivesTheSameAgain() throws IOException {
    Path mask = mask("half:a.safetensors", 0.5);
    Path out = folder.resolve("out");
    Cli run =
        Cli.run(
            "loss",
            "--model",
            Cli.MODEL,
            "--text",
            TEXT,
            "--mask",
            mask + ":random@4",
            "--out",
            out.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();

    JsonNode manifest = new JsonMapper().readTree(out.resolve("manifest.json").toFile());
    assertThat(manifest.path("model").path("transforms").get(0).asText())
        .contains(mask + ":random@4")
        .contains(MaskFile.read(mask).digest());
    List<String> command = new ArrayList<>();
    manifest.path("command").forEach(word -> command.add(word.asText()));
    assertThat(command).containsSequence("--mask", mask + ":random@4");
    command.removeFirst();
    command.add("--json");
    JsonNode again = Cli.run(command.toArray(String[]::new)).json();
    JsonNode first = new JsonMapper().readTree(out.resolve("result.json").toFile());
    assertThat(again.path("loss_nats")).isEqualTo(first.path("loss_nats"));
  }

  @Test
  void aMaskOfAnotherModelIsRefusedByNamesAndShapes() throws IOException {
    Path file = folder.resolve("other.safetensors");
    MaskFile.write(
        file,
        Mask.of(
            "other",
            List.of(
                new MaskMatrix("transformer.h.0.attn.c_attn.weight", 64, 192, new BitSet()),
                new MaskMatrix("transformer.h.9.attn.c_proj.weight", 64, 64, new BitSet())),
            MaskProvenance.NONE.with(MaskProvenance.MODEL, "another/model")));

    Cli run = Cli.run("loss", "--model", Cli.MODEL, "--text", TEXT, "--mask", file.toString());

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err())
        .contains("'transformer.h.0.attn.c_attn.weight' is [64, 192] in the mask and [")
        .contains("the model has no parameter 'transformer.h.9.attn.c_proj.weight'")
        .contains("It was made for another/model.");
  }

  @Test
  void generationTakesAMask() throws IOException {
    Path none = mask("none", 0);
    String[] command = {
      "generate", "--model", Cli.MODEL, "--text", "The cat", "--max-tokens", "8", "--json"
    };
    List<String> masked = new ArrayList<>(List.of(command));
    masked.addAll(List.of("--mask", none.toString()));

    assertThat(Cli.run(masked.toArray(String[]::new)).json().path("ids"))
        .isNotEqualTo(Cli.run(command).json().path("ids"));
  }

  @Test
  void aJobTakesAMaskForAModelAndMissesOneBeforeItRuns() throws IOException {
    Path none = mask("none", 0);
    Path job = folder.resolve("job.yaml");
    String yaml =
        """
        job: masked
        out: %s
        models: [{model: embedded:gpt2-4l, mask: "%s"}]
        texts: {id: cat, text: "%s"}
        analyses: [loss]
        """;
    Files.writeString(job, yaml.formatted(folder.resolve("out"), none, TEXT));
    Cli run = Cli.run("run", job.toString());
    assertThat(run.exitCode()).as(run.err()).isZero();
    JsonNode result =
        new JsonMapper()
            .readTree(folder.resolve("out/masked/gpt2-4l/cat/loss/result.json").toFile());
    assertThat(result.path("loss_nats").asDouble()).isEqualTo(loss("--mask", none.toString()));

    Files.writeString(job, yaml.formatted(folder.resolve("out"), "no-such-mask", TEXT));
    Cli missing = Cli.run("run", job.toString(), "--dry-run");
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("models[0].mask: no-such-mask: no such file");
  }
}
