package circuitscope.app.gui.model;

import circuitscope.app.gui.job.Job;
import circuitscope.app.gui.job.Jobs;
import circuitscope.app.gui.page.Texts;
import circuitscope.app.session.Libtorch;
import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.app.session.SetupException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/** The open models, and the only way to work with their weights. */
public final class Models {
  private final Jobs jobs;
  private final ObservableList<LoadedModel> open = FXCollections.observableArrayList();
  private final Map<LoadedModel, List<Job<?>>> running = new HashMap<>();
  private int count;

  public Models(Jobs jobs) {
    this.jobs = jobs;
  }

  public ObservableList<LoadedModel> open() {
    return open;
  }

  /** Opens a model as a job; it joins {@link #open()} when it is loaded. */
  public Job<LoadedModel> open(ModelChoice choice) {
    int number = ++count;
    return jobs.submit(
            Texts.SHARED.get("job.open", choice.model()),
            deviceOf(choice),
            progress -> new LoadedModel(number, OpenModel.open(choice, false, progress)))
        .onDone(open::add);
  }

  /**
   * Runs work on a model, in the queue of its device. The model stays open until it has ended.
   *
   * @param title what is done, without the model's name
   */
  public <T> Job<T> submit(LoadedModel model, String title, Jobs.Work<T> work) {
    List<Job<?>> own = running.computeIfAbsent(model, key -> new ArrayList<>());
    Job<T> job =
        jobs.submit(Texts.SHARED.get("job.of-model", title, model.name()), model.device(), work);
    own.add(job);
    job.onEnd(end -> own.remove(job));
    return job;
  }

  /** Cancels the model's jobs, then frees it. */
  public Job<LoadedModel> unload(LoadedModel model) {
    open.remove(model);
    List.copyOf(running.getOrDefault(model, List.of())).forEach(Job::cancel);
    running.remove(model);
    return jobs.submit(
        Texts.SHARED.get("job.unload", model.name()),
        model.device(),
        progress -> {
          model.opened().close();
          return model;
        });
  }

  /** The queue in which a model is loaded; reads no more than the environment. */
  public static String deviceOf(ModelChoice choice) {
    if (!choice.device().equals("auto")) {
      return choice.device().equals("cuda") ? "cuda:0" : choice.device();
    }
    try {
      boolean cuda = Libtorch.find(System.getenv()) instanceof Libtorch.Own own && own.cuda();
      return cuda ? "cuda:0" : "cpu";
    } catch (SetupException e) {
      return "cpu"; // opening fails with the same, and says so
    }
  }
}
