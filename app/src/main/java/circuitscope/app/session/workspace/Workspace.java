package circuitscope.app.session.workspace;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a study consists of: models, texts, prompt pairs, masks, open pages, and results by
 * reference. A value: every edit gives another workspace. {@link WorkspaceFile} stores it, {@link
 * History} goes back and forth between its versions.
 *
 * @param layout of the window: plain data that only the window understands
 * @param other fields that this version does not know, written back as they were
 */
public record Workspace(
    String title,
    List<Item.Model> models,
    List<Item.Text> texts,
    List<Item.Pairs> pairs,
    List<Item.Mask> masks,
    List<Item.View> views,
    List<Item.Result> results,
    Map<String, Object> layout,
    @JsonAnySetter @JsonAnyGetter Map<String, Object> other) {

  public Workspace {
    title = title == null ? "" : title;
    models = checked(models);
    texts = checked(texts);
    pairs = checked(pairs);
    masks = checked(masks);
    views = checked(views);
    results = checked(results);
    layout = kept(layout);
    other = kept(other);
  }

  /** A workspace with nothing in it. */
  public static Workspace empty(String title) {
    return new Workspace(
        title, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), Map.of(),
        Map.of());
  }

  private static <T extends Item> List<T> checked(@Nullable List<T> items) {
    Set<String> ids = new HashSet<>();
    for (Item item : items == null ? List.<T>of() : items) {
      if (item.id() == null || item.id().isBlank()) {
        throw new IllegalArgumentException(
            item.getClass().getSimpleName() + " without an id; every item has a name of its own");
      }
      if (!ids.add(item.id())) {
        throw new IllegalArgumentException("there are two of " + item.label());
      }
    }
    return items == null ? List.of() : List.copyOf(items);
  }

  static Map<String, Object> kept(@Nullable Map<String, Object> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  /** All items, kind by kind. */
  public List<Item> items() {
    List<Item> items = new ArrayList<>(models);
    items.addAll(texts);
    items.addAll(pairs);
    items.addAll(masks);
    items.addAll(views);
    items.addAll(results);
    return items;
  }

  /** The item of that kind and id. */
  public <T extends Item> Optional<T> find(Class<T> kind, String id) {
    return items().stream()
        .filter(kind::isInstance)
        .map(kind::cast)
        .filter(item -> item.id().equals(id))
        .findFirst();
  }

  /** This with {@code item}: in the place of the one of its kind and id, or added at the end. */
  public Workspace with(Item item) {
    return switch (item) {
      case Item.Model model -> of(put(models, model), texts, pairs, masks, views, results);
      case Item.Text text -> of(models, put(texts, text), pairs, masks, views, results);
      case Item.Pairs some -> of(models, texts, put(pairs, some), masks, views, results);
      case Item.Mask mask -> of(models, texts, pairs, put(masks, mask), views, results);
      case Item.View view -> of(models, texts, pairs, masks, put(views, view), results);
      case Item.Result result -> of(models, texts, pairs, masks, views, put(results, result));
    };
  }

  /** This without {@code item}; the same when it is not in it. */
  public Workspace without(Item item) {
    return switch (item) {
      case Item.Model model -> of(drop(models, model), texts, pairs, masks, views, results);
      case Item.Text text -> of(models, drop(texts, text), pairs, masks, views, results);
      case Item.Pairs some -> of(models, texts, drop(pairs, some), masks, views, results);
      case Item.Mask mask -> of(models, texts, pairs, drop(masks, mask), views, results);
      case Item.View view -> of(models, texts, pairs, masks, drop(views, view), results);
      case Item.Result result -> of(models, texts, pairs, masks, views, drop(results, result));
    };
  }

  public Workspace withTitle(String another) {
    return new Workspace(another, models, texts, pairs, masks, views, results, layout, other);
  }

  public Workspace withLayout(Map<String, Object> another) {
    return new Workspace(title, models, texts, pairs, masks, views, results, another, other);
  }

  /** This with its paths as they are to be written in a file of another folder. */
  public Workspace moved(Places from, Places to) {
    if (from.equals(to)) {
      return this;
    }
    Workspace moved = this;
    for (Item item : items()) {
      moved = moved.with(item.moved(from, to));
    }
    return moved;
  }

  /** {@code wanted}, or with a number after it where an item of that kind has the name already. */
  public String freeId(Class<? extends Item> kind, String wanted) {
    String id = wanted;
    for (int number = 2; find(kind, id).isPresent(); number++) {
      id = wanted + "-" + number;
    }
    return id;
  }

  private Workspace of(
      List<Item.Model> models,
      List<Item.Text> texts,
      List<Item.Pairs> pairs,
      List<Item.Mask> masks,
      List<Item.View> views,
      List<Item.Result> results) {
    return new Workspace(title, models, texts, pairs, masks, views, results, layout, other);
  }

  private static <T extends Item> List<T> put(List<T> items, T item) {
    List<T> changed = new ArrayList<>(items);
    for (int i = 0; i < changed.size(); i++) {
      if (changed.get(i).id().equals(item.id())) {
        changed.set(i, item);
        return changed;
      }
    }
    changed.add(item);
    return changed;
  }

  private static <T extends Item> List<T> drop(List<T> items, T item) {
    return items.stream().filter(one -> !one.id().equals(item.id())).toList();
  }
}
