package circuitscope.app.gui.subnetworks;

import static org.assertj.core.api.Assertions.assertThat;

import circuitscope.app.cli.CommandLineApp;
import circuitscope.app.gui.page.OpenEmbedded;
import circuitscope.app.gui.page.RunState;
import circuitscope.app.gui.subnetworks.AlgebraViewModel.Operation;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskAlgebra;
import circuitscope.subnetworks.mask.MaskFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AlgebraViewModelTest {
  @TempDir Path folder;
  private final OpenEmbedded embedded = new OpenEmbedded();
  private final AlgebraViewModel bench = new AlgebraViewModel(embedded.services());
  private Mask a;
  private Mask b;

  @BeforeEach
  void load() throws IOException {
    Path first = embedded.mask(folder.resolve("a"), 0.3, 1);
    Path second = embedded.mask(folder.resolve("b"), 0.5, 2);
    a = MaskFile.read(first);
    b = MaskFile.read(second);
    bench.fileProperty().set(first.toString());
    bench.otherProperty().set(second.toString());
    bench.load();
  }

  @AfterEach
  void close() {
    bench.close();
    embedded.close();
  }

  private String digest() {
    return bench.runner().answer().orElseThrow().mask().digest();
  }

  @Test
  void operationsAreThoseOfMaskAlgebra() {
    assertThat(digest()).isEqualTo(a.digest());
    bench.combine(Operation.UNION);
    assertThat(digest()).isEqualTo(MaskAlgebra.union(a, b).digest());
    bench.undo();
    bench.combine(Operation.INTERSECTION);
    assertThat(digest()).isEqualTo(MaskAlgebra.intersection(a, b).digest());
    bench.undo();
    bench.combine(Operation.DIFFERENCE);
    assertThat(digest()).isEqualTo(MaskAlgebra.difference(a, b).digest());
    bench.complement();
    assertThat(digest()).isEqualTo(MaskAlgebra.complement(MaskAlgebra.difference(a, b)).digest());
  }

  @Test
  void stepsAreTakenBackAndDoneAgain() {
    bench.combine(Operation.UNION);
    assertThat(bench.undoableProperty().get()).isEqualTo("Union");
    bench.undo();
    assertThat(digest()).isEqualTo(a.digest());
    assertThat(bench.undoableProperty().get()).isEmpty();
    assertThat(bench.redoableProperty().get()).isEqualTo("Union");
    bench.redo();
    assertThat(digest()).isEqualTo(MaskAlgebra.union(a, b).digest());
  }

  @Test
  void aSavedMaskIsReadBackAndItsCommandsLeadToIt() throws IOException {
    bench.combine(Operation.INTERSECTION);
    bench.complement();
    Path saved = folder.resolve("saved.npz");
    embedded.test().answer(saved);
    bench.save();
    bench.copyCommand();

    assertThat(MaskFile.read(saved).digest()).isEqualTo(digest());
    assertThat(embedded.test().copied().getFirst().lines())
        .containsExactly(
            "circuitscope subnetwork combine %s intersection %s --out step-1.safetensors"
                .formatted(bench.fileProperty().get(), bench.otherProperty().get()),
            "circuitscope subnetwork convert step-1.safetensors:complement step-2.safetensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ":complement", ":random@3"})
  void theCopiedCommandsLeadToTheComplementOfAnyReference(String suffix) throws IOException {
    bench.fileProperty().set(bench.fileProperty().get() + suffix);
    bench.load();
    bench.complement();
    bench.copyCommand();

    String last = "";
    for (String line : embedded.test().copied().getLast().lines().toList()) {
      String[] words =
          Stream.of(line.split(" "))
              .skip(1) // circuitscope
              .map(word -> word.startsWith("step-") ? folder.resolve(word).toString() : word)
              .toArray(String[]::new);
      var out = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
      assertThat(CommandLineApp.run(out, out, words)).as(line).isZero();
      last = words[words.length - 1];
    }
    assertThat(MaskFile.read(Path.of(last)).digest()).isEqualTo(digest());
  }

  @Test
  void aFailedStepLeavesTheStepsBefore() {
    bench.combine(Operation.UNION);
    bench.otherProperty().set(folder.resolve("gone.safetensors").toString());
    bench.combine(Operation.DIFFERENCE);
    assertThat(bench.runner().state()).isInstanceOf(RunState.Failed.class);
    assertThat(digest()).isEqualTo(MaskAlgebra.union(a, b).digest());
    assertThat(bench.runner().answered().get()).isTrue();
    bench.complement();
    assertThat(digest()).isEqualTo(MaskAlgebra.complement(MaskAlgebra.union(a, b)).digest());
    bench.undo();
    assertThat(digest()).isEqualTo(MaskAlgebra.union(a, b).digest());
    bench.undo();
    assertThat(digest()).isEqualTo(a.digest());
  }
}
