package circuitscope.app.gui.shell;

import circuitscope.app.gui.page.Project;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.workspace.Item;
import circuitscope.app.session.workspace.Workspace;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Puts things into the project under free names, each an edit that can be taken back. */
final class ProjectItems {
  private static final int NAME_LENGTH = 40;

  private final Project project;

  ProjectItems(Project project) {
    this.project = project;
  }

  /** A model that was opened; one that is in the project already changes nothing. */
  void add(ModelChoice choice) {
    Item.Model item = Item.Model.of("new", choice, project.places());
    boolean known =
        project.workspace().models().stream()
            .anyMatch(
                model ->
                    new Item.Model(
                            "new",
                            model.model(),
                            model.tokenizer(),
                            model.device(),
                            model.dtype(),
                            model.mask(),
                            item.other())
                        .equals(item));
    if (!known) {
      String id = free(Item.Model.class, lastName(choice.model()));
      edit("edit.add-model", Item.Model.of(id, choice, project.places()));
    }
  }

  void addPrompt(String text) {
    String id = free(Item.Text.class, shortened(text));
    edit(
        "edit.add-prompt",
        Item.Text.of(id, new TokenInput.Prompt(text, BosPolicy.AUTO), project.places()));
  }

  void addText(Path file) {
    String id = free(Item.Text.class, lastName(file.toString()));
    edit(
        "edit.add-text",
        Item.Text.of(id, new TokenInput.TextFiles(List.of(file)), project.places()));
  }

  void addMask(Path file) throws IOException {
    MaskReference reference = MaskReference.parse(file.toString());
    String id = free(Item.Mask.class, lastName(file.toString()));
    edit("edit.add-mask", Item.Mask.of(id, reference, project.places()));
  }

  void addResult(Item.Result item) {
    edit("edit.add-result", item);
  }

  void remove(Item item) {
    project.edit(Texts.SHARED.get("edit.remove", item.id()), workspace -> workspace.without(item));
  }

  private void edit(String what, Item item) {
    project.edit(Texts.SHARED.get(what), workspace -> workspace.with(item));
  }

  private String free(Class<? extends Item> kind, String wanted) {
    Workspace workspace = project.workspace();
    return workspace.freeId(kind, wanted);
  }

  private static String lastName(String path) {
    String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf(':')) + 1);
    return name.isEmpty() ? path : name;
  }

  private static String shortened(String text) {
    String line = text.strip().lines().findFirst().orElse("prompt");
    return line.length() <= NAME_LENGTH ? line : line.substring(0, NAME_LENGTH - 1) + "…";
  }
}
