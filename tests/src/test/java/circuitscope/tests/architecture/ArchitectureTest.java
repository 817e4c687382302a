package circuitscope.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import javafx.application.Platform;

/** The walls of the house (docs/architecture.md): who may see whom, and why. */
@AnalyzeClasses(packages = "circuitscope", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  @ArchTest
  static void theImporterFoundTheClassesOfEveryRoom(JavaClasses found) {
    for (String room : List.of("models", "viz", "probes", "heads", "app")) {
      assertThat(
              found.stream().filter(one -> one.getPackageName().startsWith("circuitscope." + room)))
          .as("classes of circuitscope.%s", room)
          .hasSizeGreaterThan(5);
    }
  }

  @ArchTest
  static final ArchRule modelsSeeNoOtherRoom =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.models..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "circuitscope.viz..",
              "circuitscope.probes..",
              "circuitscope.subnetworks..",
              "circuitscope.heads..",
              "circuitscope.app..")
          .because("reading a checkpoint must be possible without running or drawing anything");

  @ArchTest
  static final ArchRule vizSeesNoOtherRoom =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.viz..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "circuitscope.models..",
              "circuitscope.probes..",
              "circuitscope.subnetworks..",
              "circuitscope.heads..",
              "circuitscope.app..")
          .because("a figure is redrawn from its stored data, without the model it came from");

  @ArchTest
  static final ArchRule probesSeeModelsAndFiguresOnly =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.probes..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "circuitscope.subnetworks..", "circuitscope.heads..", "circuitscope.app..")
          .because("the instrumented model is what the capabilities stand on, not the reverse");

  @ArchTest
  static final ArchRule analysesDescribeFiguresButDoNotDraw =
      noClasses()
          .that()
          .resideInAnyPackage(
              "circuitscope.probes..", "circuitscope.heads..", "circuitscope.subnetworks..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "circuitscope.viz.layout..",
              "circuitscope.viz.paint..",
              "circuitscope.viz.palette..",
              "circuitscope.viz.fx..")
          .because("one result is read by the page, the files and the figures alike");

  @ArchTest
  static final ArchRule headsDoNotSeeSubnetworks =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.heads..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("circuitscope.subnetworks..", "circuitscope.app..")
          .because("what both need moves down to probes; what needs both lives in app.session");

  @ArchTest
  static final ArchRule subnetworksDoNotSeeHeads =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.subnetworks..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("circuitscope.heads..", "circuitscope.app..")
          .because("what both need moves down to probes; what needs both lives in app.session")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule theSessionKnowsNeitherFace =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.app.session..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("circuitscope.app.cli..", "circuitscope.app.gui..", "picocli..")
          .because("command line and window do the same through the same session");

  @ArchTest
  static final ArchRule theFacesDoNotSeeEachOther =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.app.cli..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("circuitscope.app.gui..")
          .because("everything that the window does, the command line does without a display");

  @ArchTest
  static final ArchRule javaFxStaysInTheWindow =
      noClasses()
          .that()
          .resideOutsideOfPackages("circuitscope.app.gui..", "circuitscope.viz.fx..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("javafx..")
          .because("everything else must run on a machine without a display");

  @ArchTest
  static final ArchRule viewModelsHoldNoControls =
      noClasses()
          .that()
          .haveSimpleNameEndingWith("ViewModel")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("javafx.scene..")
          .because("a view-model must be testable without a JavaFX toolkit");

  @ArchTest
  static final ArchRule onePlaceHandsWorkToTheWindow =
      noClasses()
          .that()
          .resideOutsideOfPackage("circuitscope.app.gui.job..")
          .should()
          .callMethod(Platform.class, "runLater", Runnable.class)
          .because("what runs where is decided in one place");

  @ArchTest
  static final ArchRule theEngineStaysBehindTheModel =
      noClasses()
          .that()
          .resideInAnyPackage("circuitscope.app..", "circuitscope.viz..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("nothing native leaves an analysis: results are plain values");

  @ArchTest
  static final ArchRule inModelsOnlyTheTokenizerUsesTheEngine =
      noClasses()
          .that()
          .resideInAPackage("circuitscope.models..")
          .and()
          .resideOutsideOfPackage("circuitscope.models.tokenizer..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..")
          .because("checkpoints are read and written without libtorch");

  @ArchTest
  static final ArchRule onlyTheFetcherTouchesTheNetwork =
      noClasses()
          .that()
          .resideOutsideOfPackage("circuitscope.models.cache..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("java.net.http..")
          .orShould()
          .dependOnClassesThat()
          .haveNameMatching("java\\.net\\.(Socket|ServerSocket|HttpURLConnection)")
          .because("nothing but 'models fetch' may ever touch the network");

  @ArchTest
  static final ArchRule onlyTheCommandLinePrints =
      noClasses()
          .that()
          .resideOutsideOfPackage("circuitscope.app.cli..")
          .should(ACCESS_STANDARD_STREAMS)
          .because("standard output belongs to the results of the command");

  @ArchTest
  static final ArchRule onlyTheCommandLineEndsTheProcess =
      noClasses()
          .that()
          .resideOutsideOfPackage("circuitscope.app.cli..")
          .should()
          .callMethod(System.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "exit", int.class)
          .orShould()
          .callMethod(Runtime.class, "halt", int.class)
          .because("a library that ends the process takes the window and the job with it");

  @ArchTest
  static final ArchRule figuresArePlainData =
      classes()
          .that()
          .resideInAPackage("circuitscope.viz.figure..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify..", "com.fasterxml.jackson..", "circuitscope.viz.figure..")
          .because("an analysis may import figures, and must not import drawing with them");
}
