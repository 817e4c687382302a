package circuitscope.app.session.workspace;

import circuitscope.app.session.Inputs;
import circuitscope.app.session.ModelChoice;
import circuitscope.models.cache.ModelId;
import circuitscope.models.tokenizer.BosPolicy;
import circuitscope.probes.analysis.TokenInput;
import circuitscope.subnetworks.mask.MaskReference;
import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing in a workspace, under a name of its own among those of its kind.
 *
 * <p>Paths in items are written as {@link Places} writes them: relative to the workspace's file
 * where they lie below its folder. {@code other} holds fields that this version does not know; they
 * are written back as they were.
 */
public sealed interface Item {
  String id();

  Map<String, Object> other();

  /** This with its paths as they are to be written in a file of another folder. */
  Item moved(Places from, Places to);

  /** A model by its reference, with how to open it. */
  record Model(
      String id,
      String model,
      @Nullable String tokenizer,
      @Nullable String device,
      @Nullable String dtype,
      @Nullable String mask,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public Model {
      other = Workspace.kept(other);
    }

    @Override
    public Model moved(Places from, Places to) {
      return new Model(
          id,
          to.written(ModelId.parse(from.model(model))),
          from.movedTo(to, tokenizer),
          device,
          dtype,
          from.movedTo(to, mask),
          other);
    }

    /** The item for a choice. */
    public static Model of(String id, ModelChoice choice, Places places) {
      return new Model(
          id,
          places.written(ModelId.parse(choice.model())),
          choice.tokenizer() == null ? null : places.written(choice.tokenizer()),
          choice.device(),
          choice.dtype(),
          choice.mask() == null ? null : places.written(choice.mask()),
          Map.of());
    }

    /**
     * The choice that this item stands for.
     *
     * @throws IOException when its mask is not where it was
     */
    public ModelChoice choice(Places places) throws IOException {
      return new ModelChoice(
          places.model(model),
          tokenizer == null ? null : places.resolve(tokenizer),
          device == null ? "auto" : device,
          dtype == null ? "fp32" : dtype,
          mask == null ? null : MaskReference.parse(places.resolve(mask).toString()));
    }
  }

  /** A prompt ({@code text}), text files ({@code files}) or ids ({@code FILE:TENSOR}). */
  record Text(
      String id,
      @Nullable String text,
      List<String> files,
      @Nullable String ids,
      @Nullable String bos,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public Text {
      files = files == null ? List.of() : List.copyOf(files);
      other = Workspace.kept(other);
    }

    @Override
    public Text moved(Places from, Places to) {
      List<String> moved = files.stream().map(file -> to.written(from.resolve(file))).toList();
      return new Text(id, text, moved, from.movedTo(to, ids), bos, other);
    }

    /** The item for an input. */
    public static Text of(String id, TokenInput input, Places places) {
      return switch (input) {
        case TokenInput.Prompt(String text, BosPolicy bos) ->
            new Text(id, text, List.of(), null, bos.name().toLowerCase(Locale.ROOT), Map.of());
        case TokenInput.TextFiles(List<Path> files) ->
            new Text(id, null, files.stream().map(places::written).toList(), null, null, Map.of());
        case TokenInput.Ids ids ->
            new Text(id, null, List.of(), places.written(Path.of(ids.source())), null, Map.of());
      };
    }

    /**
     * The input that this item stands for.
     *
     * @throws IllegalArgumentException when it says none, or several
     */
    public TokenInput input(Places places) {
      String there = ids == null ? null : places.resolve(ids).toString();
      List<Path> paths = files.stream().map(places::resolve).toList();
      TokenInput input = Inputs.of("", text, paths, there, bos);
      if (input == null) {
        throw new IllegalArgumentException(
            "text '%s' holds none of text, files and ids".formatted(id));
      }
      return input;
    }
  }

  /**
   * Prompt pairs, as the parameters {@code template}, {@code pairs} (a JSON Lines file), {@code
   * count}, {@code bos} and {@code seed} of the analyses that read them.
   */
  record Pairs(
      String id,
      @Nullable String template,
      @Nullable String pairs,
      @Nullable Integer count,
      @Nullable String bos,
      @Nullable Long seed,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public Pairs {
      other = Workspace.kept(other);
    }

    @Override
    public Pairs moved(Places from, Places to) {
      return new Pairs(id, template, from.movedTo(to, pairs), count, bos, seed, other);
    }

    /** What to give an analysis of pairs; those left out keep the analysis's defaults. */
    public Map<String, Object> parameters(Places places) {
      Map<String, Object> parameters = new LinkedHashMap<>();
      putIfGiven(parameters, "template", template);
      putIfGiven(parameters, "pairs", pairs == null ? null : places.resolve(pairs).toString());
      putIfGiven(parameters, "count", count);
      putIfGiven(parameters, "bos", bos);
      putIfGiven(parameters, "seed", seed);
      return parameters;
    }

    private static void putIfGiven(Map<String, Object> map, String key, @Nullable Object value) {
      if (value != null) {
        map.put(key, value);
      }
    }
  }

  /** A mask: {@code FILE[:complement | :random@SEED]}. */
  record Mask(String id, String mask, @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public Mask {
      other = Workspace.kept(other);
    }

    @Override
    public Mask moved(Places from, Places to) {
      return new Mask(id, to.written(from.resolve(mask)), other);
    }

    /** The item for a reference. */
    public static Mask of(String id, MaskReference reference, Places places) {
      return new Mask(id, places.written(reference), Map.of());
    }

    /**
     * The reference that this item stands for.
     *
     * @throws IOException when its file is not where it was
     */
    public MaskReference reference(Places places) throws IOException {
      return MaskReference.parse(places.resolve(mask).toString());
    }
  }

  /**
   * An open page.
   *
   * @param page the page's id; an analysis's id where the page is of one
   * @param model id of a {@link Model} here
   * @param text id of a {@link Text} here
   * @param pairs id of {@link Pairs} here
   * @param result id of a {@link Result} here that the page shows
   * @param parameters as {@link circuitscope.probes.analysis.ParameterSpec} writes them
   * @param layout what only the page understands: scroll, zoom, selection, place in the window
   */
  record View(
      String id,
      String page,
      @Nullable String model,
      @Nullable String text,
      @Nullable String pairs,
      @Nullable String result,
      Map<String, Object> parameters,
      Map<String, Object> layout,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public View {
      parameters = Workspace.kept(parameters);
      layout = Workspace.kept(layout);
      other = Workspace.kept(other);
    }

    /** The same: a view names items, and its parameters are the analysis's own. */
    @Override
    public View moved(Places from, Places to) {
      return this;
    }
  }

  /**
   * A stored result by reference.
   *
   * @param analysis its analysis's id
   * @param folder where its files are
   * @param digest of its files when it was added; see {@link ResultDigest}
   * @param name what people call it; null for its id
   * @param note what they say of it
   * @param kept true where the window stored a run there by itself, so that the files may go with
   *     the result; null where they were there before
   */
  record Result(
      String id,
      String analysis,
      String folder,
      String digest,
      @Nullable String name,
      @Nullable String note,
      @Nullable Boolean kept,
      @JsonAnySetter @JsonAnyGetter Map<String, Object> other)
      implements Item {
    public Result {
      other = Workspace.kept(other);
    }

    @Override
    public Result moved(Places from, Places to) {
      String there = to.written(from.resolve(folder));
      return new Result(id, analysis, there, digest, name, note, kept, other);
    }

    /** This with what people call it and say of it; blank for nothing. */
    public Result annotated(String name, String note) {
      return new Result(id, analysis, folder, digest, text(name), text(note), kept, other);
    }

    private static @Nullable String text(String typed) {
      return typed.isBlank() ? null : typed.strip();
    }

    /**
     * The item for the result in {@code folder}.
     *
     * @throws IOException when there is none
     */
    public static Result of(String id, Path folder, Places places) throws IOException {
      return new Result(
          id,
          ResultDigest.analysis(folder),
          places.written(folder),
          ResultDigest.of(folder),
          null,
          null,
          null,
          Map.of());
    }

    /** How the result is now. */
    public enum State {
      AS_ADDED,
      CHANGED,
      MISSING
    }

    /** Whether the files are still those that were added. */
    public State state(Places places) throws IOException {
      Path now = places.resolve(folder);
      if (!ResultDigest.isResult(now)) {
        return State.MISSING;
      }
      return ResultDigest.of(now).equals(digest) ? State.AS_ADDED : State.CHANGED;
    }
  }

  /** What this item is called among people: "model 'base'". */
  @JsonIgnore
  default String label() {
    return "%s '%s'".formatted(getClass().getSimpleName().toLowerCase(Locale.ROOT), id());
  }
}
