package circuitscope.app.session.job;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.job.Job.JobModel;
import circuitscope.models.cache.ModelCache;
import circuitscope.models.cache.ModelId;
import circuitscope.models.checkpoint.Checkpoint;
import circuitscope.probes.model.Precision;
import circuitscope.subnetworks.mask.MaskReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries under {@code models}. */
final class ModelEntries {
  private static final List<String> KEYS =
      List.of("id", "model", "tokenizer", "device", "dtype", "mask");

  private final String usualDevice;
  private final String usualDtype;
  private final Ids ids = new Ids();

  /**
   * @param root the whole job, whose {@code device} and {@code dtype} are every model's unless it
   *     has its own
   */
  ModelEntries(JobNode root) {
    usualDevice = root.at("device").textOr("auto");
    usualDtype = root.at("dtype").textOr("fp32");
    checkDevice(root, usualDevice, usualDtype);
  }

  List<JobModel> read(JobNode list) {
    List<JobModel> models = new ArrayList<>();
    for (JobNode item : list.items()) {
      boolean written = !item.node().isTextual();
      if (!written || item.checkKeys(KEYS)) {
        JobModel model = written ? read(item, item.at("model")) : read(item, item);
        if (model != null) {
          models.add(model);
        }
      }
    }
    if (list.items().isEmpty()) {
      list.problem("a job needs at least one model");
    }
    return models;
  }

  /**
   * One entry.
   *
   * @param item without settings, when it is the model's name alone
   */
  private @Nullable JobModel read(JobNode item, JobNode name) {
    String model = name.text();
    if (model == null) {
      if (name.absent()) {
        item.problem("names no model");
      }
      return null;
    }
    Path location = location(item, model);
    String tokenizer = item.at("tokenizer").text();
    Path tokenizerFolder = tokenizer == null ? null : Path.of(tokenizer);
    if (tokenizerFolder != null && !Files.isDirectory(tokenizerFolder)) {
      item.at("tokenizer").problem(tokenizer + ": no such folder");
    }
    String device = item.at("device").textOr(usualDevice);
    String dtype = item.at("dtype").textOr(usualDtype);
    if (item.has("device") || item.has("dtype")) {
      checkDevice(item, device, dtype);
    }
    MaskReference mask = mask(item.at("mask"), location);
    String id = item.at("id").textOr(shortName(model));
    ids.check(item, id);
    return new JobModel(id, new ModelChoice(model, tokenizerFolder, device, dtype, mask));
  }

  /** Where the model's files lie; null when they do not. */
  private static @Nullable Path location(JobNode item, String model) {
    try {
      Path location = ModelCache.ofUser().resolve(ModelId.parse(model));
      if (Files.exists(location)) {
        return location;
      }
      item.problem(location + " does not exist");
    } catch (IOException | RuntimeException e) {
      item.problem(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private static void checkDevice(JobNode item, String device, String dtype) {
    if (!device.matches("auto|cpu|cuda(:\\d{1,3})?")) {
      item.at("device").problem("'%s' is not cpu, cuda, cuda:N or auto".formatted(device));
    }
    try {
      Precision precision = Precision.parse(dtype);
      if (device.equals("cpu") && precision != Precision.FP32) {
        item.at("dtype").problem("%s needs a GPU; the CPU computes in fp32".formatted(dtype));
      }
    } catch (IllegalArgumentException e) {
      item.at("dtype").problem(String.valueOf(e.getMessage()));
    }
  }

  /** The mask, read and held against the model's tensors where these have files. */
  private static @Nullable MaskReference mask(JobNode node, @Nullable Path model) {
    String text = node.text();
    if (text == null) {
      return null;
    }
    try {
      MaskReference mask = MaskReference.parse(text);
      if (model != null && !model.toString().endsWith(".json")) {
        try (Checkpoint checkpoint = Checkpoint.open(model)) {
          mask.read().fittedTo(checkpoint);
        }
      }
      return mask;
    } catch (NoSuchFileException e) {
      node.problem(e.getFile() + ": no such file");
    } catch (IOException | RuntimeException e) {
      node.problem(String.valueOf(e.getMessage()));
    }
    return null;
  }

  private static String shortName(String model) {
    String last = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1);
    return Ids.folderName(last);
  }
}
