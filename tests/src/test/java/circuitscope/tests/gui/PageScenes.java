package circuitscope.tests.gui;

import circuitscope.app.gui.attention.AttentionPage;
import circuitscope.app.gui.batch.BatchPage;
import circuitscope.app.gui.batch.JobFileViewModel;
import circuitscope.app.gui.heads.HeadsPage;
import circuitscope.app.gui.page.Page;
import circuitscope.app.gui.page.Runner;
import circuitscope.app.gui.prompt.PromptPage;
import circuitscope.app.gui.results.ResultsPage;
import circuitscope.app.gui.sinks.Part;
import circuitscope.app.gui.sinks.SinksPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javafx.scene.control.TabPane;

/**
 * What is done on a page before its picture is taken.
 *
 * @param name of the picture, after the page's; empty for the page's own
 * @param act on the window's thread
 * @param runner whose end is waited for
 */
record PageScenes(String name, Runnable act, Runner<?> runner) {
  static List<PageScenes> of(Page page) {
    return switch (page) {
      case PromptPage prompt -> prompt(prompt);
      case AttentionPage attention -> attention(attention);
      case HeadsPage heads -> heads(heads);
      case SinksPage sinks -> sinks(sinks);
      case BatchPage batch -> batch(batch);
      case ResultsPage results -> ResultsScenes.of(results);
      default -> List.of();
    };
  }

  private static List<PageScenes> prompt(PromptPage page) {
    var model = page.model();
    return List.of(
        new PageScenes("", () -> {}, model.runner()),
        new PageScenes("-losses", model::run, model.runner()),
        new PageScenes(
            "-written",
            () -> {
              model.pickedProperty().set(6);
              model.writeOn();
            },
            model.runner()),
        new PageScenes(
            "-two",
            () -> {
              model
                  .predicting()
                  .fill(
                      Map.of(
                          "other-text",
                          "When Anna and John went to the big store, Anna gave a drink to"));
              model.run();
            },
            model.runner()));
  }

  private static List<PageScenes> attention(AttentionPage page) {
    var model = page.model();
    return List.of(
        new PageScenes(
            "",
            () -> {
              model.parameters().fill(Map.of("head", "L3H1"));
              model.run();
            },
            model.runner()),
        new PageScenes("-log", () -> model.logarithmicProperty().set(true), model.runner()),
        new PageScenes(
            "-arcs",
            () ->
                ((javafx.scene.control.ToggleButton) page.view().lookup("#as-arcs"))
                    .setSelected(true),
            model.runner()));
  }

  private static List<PageScenes> heads(HeadsPage page) {
    var model = page.model();
    return List.of(
        new PageScenes("", model::run, model.runner()),
        new PageScenes(
            "-ablated",
            () -> {
              model.headProperty().set("L3H1");
              model.ablate();
            },
            model.runner()),
        new PageScenes("-spectrum", () -> part(page, 1, model::spectrum), model.runner()),
        new PageScenes("-composition", () -> part(page, 2, model::compose), model.runner()));
  }

  private static void part(Page page, int tab, Runnable ask) {
    ((TabPane) page.view().lookup("#parts")).getSelectionModel().select(tab);
    ask.run();
  }

  private static List<PageScenes> sinks(SinksPage page) {
    var model = page.model();
    List<PageScenes> scenes = new ArrayList<>();
    for (Part part : Part.values()) {
      scenes.add(
          new PageScenes(
              "-" + part.word(),
              () -> {
                model.partProperty().set(part);
                model.run();
              },
              model.runner()));
    }
    return scenes;
  }

  private static List<PageScenes> batch(BatchPage page) {
    var model = page.model();
    var text = model.file().textProperty();
    List<PageScenes> scenes = new ArrayList<>();
    scenes.add(new PageScenes("-new", () -> opened(model.file()), model.runner()));
    scenes.add(new PageScenes("", model::run, model.runner()));
    scenes.add(
        new PageScenes("-result", () -> model.open(model.cells().getFirst()), model.opened()));
    scenes.add(new PageScenes("-estimate", model::dryRun, model.estimate()));
    scenes.add(
        new PageScenes(
            "-mistakes",
            () -> {
              text.set(text.get().replace("samples", "sample").replace("- loss", "- lost"));
              model.check();
              model.open(model.cells().getLast()); // read after the check
            },
            model.opened()));
    return scenes;
  }

  /** The template as a file beside its results, with a text that is too short for a loss. */
  private static void opened(JobFileViewModel file) {
    try {
      Path folder = Files.createTempDirectory("circuitscope-batch");
      String text = file.textProperty().get().replace("out: out", "out: " + folder);
      text = text.replace("\nanalyses:", "  - {id: letter, text: x}\n\nanalyses:");
      Path path = Files.writeString(folder.resolve("first-look.yaml"), text);
      file.open(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
