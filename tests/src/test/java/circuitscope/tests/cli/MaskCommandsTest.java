package circuitscope.tests.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.models.checkpoint.HfConfig;
import circuitscope.models.checkpoint.StoredTensor;
import circuitscope.probes.model.MaskableMatrix;
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
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code subnetwork show | compare | convert | combine | random} on small models of all kinds. */
final class MaskCommandsTest {
  @TempDir Path folder;

  private static Path model(String name) {
    return Path.of("golden", name);
  }

  /** A random mask of a model's matrices under their full names. */
  private Path mask(String model, String name, int seed) throws IOException {
    Random random = new Random(seed);
    List<MaskMatrix> matrices = new ArrayList<>();
    for (MaskableMatrix matrix :
        MaskableMatrix.of(HfConfig.read(model(model).resolve("config.json")))) {
      BitSet kept = new BitSet();
      for (int i = 0; i < matrix.rows() * matrix.columns(); i++) {
        kept.set(i, random.nextDouble() < 0.2);
      }
      matrices.add(new MaskMatrix(matrix.name(), matrix.rows(), matrix.columns(), kept));
    }
    Path file = folder.resolve(name);
    MaskFile.write(file, Mask.of(name, matrices, MaskProvenance.NONE));
    return file;
  }

  private static String run(String... arguments) {
    Cli cli = Cli.run(arguments);
    assertThat(cli.exitCode()).as(cli.err()).isZero();
    return cli.out();
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2-hub", "qwen2-bf16", "llama-gqa-rope3-fp16", "gpt-neox"})
  void aMaskedCheckpointIsTheModelUnderItsMaskInTheSameNamesAndTypes(String name)
      throws IOException {
    String model = model(name).toString();
    String mask = mask(name, "mask.safetensors", 1).toString();
    Path out = folder.resolve("masked");
    run("subnetwork", "convert", mask, out.toString(), "--to", "checkpoint", "--model", model);

    try (Checkpoint whole = Checkpoint.open(model(name));
        Checkpoint masked = Checkpoint.open(out)) {
      assertThat(masked.tensors().keySet()).isEqualTo(whole.tensors().keySet());
      for (StoredTensor tensor : masked.tensors().values()) {
        StoredTensor twin = whole.tensor(tensor.name());
        assertThat(tensor.type()).isEqualTo(twin.type());
        assertThat(tensor.shape()).isEqualTo(twin.shape());
      }
    }
    Path ours = folder.resolve("ours.safetensors");
    Path theirs = folder.resolve("theirs.safetensors");
    String ids = model(name).resolve("golden.safetensors") + ":input_ids";
    run(trace(model, ids, ours, "--mask", mask));
    run(trace(out.toString(), ids, theirs));
    assertThat(Tensors.read(theirs, "logits").values())
        .isEqualTo(Tensors.read(ours, "logits").values());
  }

  private static String[] trace(String model, String ids, Path out, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("trace", "--model", model, "--ids", ids, "--sites", "logits", "--out"));
    words.add(out.toString());
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void aFullFolderIsNotWrittenOver() throws IOException {
    String mask = mask("gpt2", "mask.safetensors", 1).toString();
    Files.writeString(folder.resolve("kept.txt"), "mine");

    Cli cli =
        Cli.run(
            "subnetwork",
            "convert",
            mask,
            folder.toString(),
            "--to",
            "checkpoint",
            "--model",
            model("gpt2").toString());

    assertThat(cli.exitCode()).isEqualTo(2);
    assertThat(cli.err()).contains("is a folder with files in it");
  }

  @Test
  void showCountsByPartAndHeadAndTellsThirdsApart() throws IOException {
    String mask = mask("gpt-neox", "mask.safetensors", 2).toString();
    String model = model("gpt-neox").toString();

    JsonNode right =
        new JsonMapper().readTree(run("subnetwork", "show", mask, "--model", model, "--json"));
    JsonNode wrong =
        new JsonMapper()
            .readTree(run("subnetwork", "show", mask, "--model", model, "--thirds", "--json"));

    for (JsonNode one : List.of(right, wrong)) {
      for (String by : List.of("by_matrix", "by_part", "by_block")) {
        assertThat(sum(one.path(by), "active")).as(by).isEqualTo(one.path("active").asLong());
        assertThat(sum(one.path(by), "total")).as(by).isEqualTo(one.path("total").asLong());
      }
    }
    assertThat(right.path("by_part_in_thirds")).isEqualTo(wrong.path("by_part"));
    assertThat(right.path("by_part")).isNotEqualTo(wrong.path("by_part"));
    assertThat(right.path("by_head").get(0).path("head").isInt()).isTrue();
    assertThat(run("subnetwork", "show", mask)).contains("attention.query_key_value.weight");
  }

  private static long sum(JsonNode rows, String field) {
    return StreamSupport.stream(rows.spliterator(), false)
        .mapToLong(row -> row.path(field).asLong())
        .sum();
  }

  @Test
  void compareCombineAndRandomAgreeOnTheSharedWeights() throws IOException {
    String a = mask("gpt2", "a.safetensors", 1).toString();
    String b = mask("gpt2", "b.safetensors", 2).toString();
    String both = folder.resolve("both.npz").toString();
    String model = model("gpt2").toString();

    JsonNode overlap =
        new JsonMapper().readTree(run("subnetwork", "compare", a, b, "--model", model, "--json"));
    JsonNode combined =
        new JsonMapper()
            .readTree(run("subnetwork", "combine", a, "intersection", b, "--out", both, "--json"));

    assertThat(combined.path("active")).isEqualTo(overlap.path("both"));
    assertThat(MaskFile.read(Path.of(both)).provenance().get(MaskProvenance.OPERATION))
        .isEqualTo("intersection");
    // Independent masks: within five standard deviations of either null.
    assertThat(overlap.path("uniform").path("z").asDouble()).isCloseTo(0, within(5.0));
    assertThat(overlap.path("row_shuffle").path("z").asDouble()).isCloseTo(0, within(5.0));
    for (String kind : List.of("matrix", "block", "row", "magnitude")) {
      String out = folder.resolve(kind).toString();
      run("subnetwork", "random", a, "--kind", kind, "--model", model, "--out", out);
      assertThat(MaskFile.read(Path.of(out)).active())
          .isEqualTo(MaskFile.read(Path.of(a)).active());
    }
  }

  @Test
  void jobsShowAndCompareMasksWithFiguresAndTheirCommandsRunAgain() throws IOException {
    Path a = mask("gpt-neox", "a.safetensors", 1);
    Path b = mask("gpt-neox", "b.safetensors", 2);
    Path job = folder.resolve("job.yaml");
    Files.writeString(
        job,
        """
        job: masks
        out: %s
        models: {id: neox, model: %s}
        analyses:
          - {analysis: subnetwork.show, parameters: {mask: %s}}
          - {analysis: subnetwork.compare, parameters: {mask: %s, with: %s}}
        """
            .formatted(folder.resolve("out"), model("gpt-neox"), a, a, b));

    run("run", job.toString());

    Path cells = folder.resolve("out/masks/neox/no-text");
    assertThat(cells.resolve("subnetwork.show/figures/mask-distribution.svg")).isNotEmptyFile();
    assertThat(cells.resolve("subnetwork.show/figures/mask-heads.pdf")).isNotEmptyFile();
    assertThat(cells.resolve("subnetwork.compare/figures/mask-overlap.svg")).isNotEmptyFile();
    for (String analysis : List.of("subnetwork.show", "subnetwork.compare")) {
      JsonNode manifest =
          new JsonMapper().readTree(cells.resolve(analysis + "/manifest.json").toFile());
      List<String> command = new ArrayList<>();
      manifest.path("command").forEach(word -> command.add(word.asText()));
      command.removeFirst();
      command.add("--json");
      JsonNode again = Cli.run(command.toArray(String[]::new)).json();
      JsonNode first = new JsonMapper().readTree(cells.resolve(analysis + "/result.json").toFile());
      assertThat(again).isEqualTo(first);
    }
  }

  @Test
  void tensorsThatTheMaskDoesNotNameAreCopiedByteForByte() throws IOException {
    String mask = mask("gpt2", "mask.safetensors", 1).toString();
    Path out = folder.resolve("masked");
    run(
        "subnetwork",
        "convert",
        mask,
        out.toString(),
        "--to",
        "checkpoint",
        "--model",
        model("gpt2").toString());

    try (Checkpoint whole = Checkpoint.open(model("gpt2"));
        Checkpoint masked = Checkpoint.open(out)) {
      var names = MaskFile.read(Path.of(mask)).matrices().keySet();
      for (StoredTensor tensor : masked.tensors().values()) {
        boolean same = tensor.bytes().mismatch(whole.tensor(tensor.name()).bytes()) < 0;
        assertThat(same).as(tensor.name()).isEqualTo(!names.contains(tensor.name()));
      }
    }
  }
}
