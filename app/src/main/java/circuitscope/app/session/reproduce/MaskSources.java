package circuitscope.app.session.reproduce;

import circuitscope.app.session.Analyses;
import circuitscope.app.session.AnalysisRun;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.reproduce.ExpectedTable.MaskSource;
import circuitscope.models.cache.HubCache;
import circuitscope.models.cache.ModelCache;
import circuitscope.probes.analysis.Progress;
import circuitscope.probes.analysis.TokenInput;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a mask of a table comes from: the user's folder of published masks, the cache of the hub,
 * or a training of hours, which goes on where it was stopped.
 */
record MaskSources(
    String run, @Nullable Path folder, @Nullable Path out, Map<String, String> paths) {
  private static final String TRAINING_TEXT = "training-text";
  private static final String BIGRAMS = "bigrams";

  /** A mask and whether it was trained here. */
  record Found(String reference, boolean trained) {}

  /** What is needed before this mask can be had; empty when nothing is. */
  List<String> lack(MaskSource source) throws IOException {
    if (published(source).isPresent() || trained(source).isPresent()) {
      return List.of();
    }
    if (paths.containsKey(TRAINING_TEXT) && out != null) {
      return List.of();
    }
    return List.of(
        "no mask: get %s of %s and give its folder with --masks, or have one trained (hours) with --set %s=PATH --out DIR"
            .formatted(source.file(), source.repository(), TRAINING_TEXT));
  }

  Found find(MaskSource source, OpenModel model, Progress progress) throws IOException {
    Optional<Path> published = published(source);
    if (published.isPresent()) {
      return new Found(published.get().toString(), false);
    }
    Optional<Path> before = trained(source);
    return new Found(
        (before.isPresent() ? before.get() : train(source, model, progress)).toString(), true);
  }

  private Optional<Path> published(MaskSource source) throws IOException {
    List<Path> places = new ArrayList<>();
    String repository = source.repository().substring(source.repository().lastIndexOf('/') + 1);
    if (folder != null) {
      places.add(folder.resolve(repository).resolve(source.file()));
      places.add(folder.resolve(source.repository()).resolve(source.file()));
    }
    for (HubCache.Snapshot snapshot : ModelCache.ofUser().hub().list()) {
      if (snapshot.repository().equals(source.repository())) {
        places.add(snapshot.directory().resolve(source.file()));
      }
    }
    return places.stream().filter(Files::exists).findFirst();
  }

  private Optional<Path> trained(MaskSource source) {
    return out == null
        ? Optional.empty()
        : Optional.of(folderOfTraining().resolve(name(source))).filter(Files::exists);
  }

  private Path folderOfTraining() {
    return Objects.requireNonNull(out).resolve("masks").resolve(run);
  }

  private static String name(MaskSource source) {
    String lambda = BigDecimal.valueOf(source.lambda()).stripTrailingZeros().toPlainString();
    return "lambda-%s.safetensors".formatted(lambda);
  }

  private Path train(MaskSource source, OpenModel model, Progress progress) throws IOException {
    Path target = folderOfTraining();
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put(BIGRAMS, String.valueOf(paths.get(BIGRAMS)));
    parameters.put("lambda", source.lambda());
    parameters.put("resume", Files.isDirectory(target));
    TokenInput text =
        new TokenInput.TextFiles(List.of(Path.of(String.valueOf(paths.get(TRAINING_TEXT)))));
    AnalysisRun.of(Analyses.registry().find("subnetwork.train"), parameters, text)
        .on(model, target, progress)
        .write(target);
    return target.resolve(name(source));
  }
}
