package circuitscope.app.session.workspace;

import circuitscope.app.session.Analyses;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Looks at what a workspace refers to, and says what is not as it was. Changes nothing. */
public final class WorkspaceCheck {
  /** One thing that is amiss. */
  public record Problem(String item, String problem) {}

  private final Workspace workspace;
  private final Places places;
  private final List<Problem> problems = new ArrayList<>();

  private WorkspaceCheck(Workspace workspace, Places places) {
    this.workspace = workspace;
    this.places = places;
  }

  /** Everything that is amiss, in the order of the items; an empty list when nothing is. */
  public static List<Problem> of(Workspace workspace, Places places) {
    WorkspaceCheck check = new WorkspaceCheck(workspace, places);
    workspace.items().forEach(check::check);
    return check.problems;
  }

  @FunctionalInterface
  private interface Question {
    void ask() throws IOException;
  }

  private void check(Item item) {
    switch (item) {
      case Item.Model model ->
          ask(item, () -> ModelCache.ofUser().resolve(ModelId.parse(model.choice(places).model())));
      case Item.Text text -> {
        ask(item, () -> text.input(places));
        text.files().stream()
            .filter(file -> !places.exists(file))
            .forEach(file -> say(item, "%s: no such file".formatted(places.resolve(file))));
      }
      case Item.Pairs pairs -> {
        if (pairs.pairs() != null && !places.exists(pairs.pairs())) {
          say(item, "%s: no such file".formatted(places.resolve(pairs.pairs())));
        }
      }
      case Item.Mask mask -> ask(item, () -> mask.reference(places));
      case Item.View view -> checkView(view);
      case Item.Result result -> ask(item, () -> checkResult(result));
    }
  }

  private void checkView(Item.View view) {
    refers(view, Item.Model.class, view.model());
    refers(view, Item.Text.class, view.text());
    refers(view, Item.Pairs.class, view.pairs());
    refers(view, Item.Result.class, view.result());
  }

  private <T extends Item> void refers(Item.View view, Class<T> kind, @Nullable String id) {
    if (id != null && workspace.find(kind, id).isEmpty()) {
      String name = kind.getSimpleName().toLowerCase(Locale.ROOT);
      say(view, "shows the %s '%s', which is not in the workspace".formatted(name, id));
    }
  }

  private void checkResult(Item.Result result) throws IOException {
    switch (result.state(places)) {
      case AS_ADDED -> Analyses.registry().find(result.analysis());
      case CHANGED ->
          say(
              result,
              "%s: another result than was added".formatted(places.resolve(result.folder())));
      case MISSING ->
          say(result, "%s: there is no result in it".formatted(places.resolve(result.folder())));
    }
  }

  private void ask(Item item, Question question) {
    try {
      question.ask();
    } catch (NoSuchFileException e) {
      say(item, "%s: no such file".formatted(e.getFile()));
    } catch (IOException | RuntimeException e) {
      say(item, String.valueOf(e.getMessage()));
    }
  }

  private void say(Item item, String problem) {
    problems.add(new Problem(item.label(), problem));
  }
}
