package circuitscope.app.gui.subnetworks;

import circuitscope.probes.model.Model;
import circuitscope.subnetworks.mask.Mask;
import circuitscope.subnetworks.mask.MaskBlock;
import circuitscope.subnetworks.mask.MaskBlocks;
import circuitscope.subnetworks.mask.MaskFile;
import circuitscope.subnetworks.mask.MaskSummary;
import circuitscope.viz.figure.Figure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Follows a training by the files that it leaves in its folder, on a thread of its own: neither the
 * training nor the window waits for it. It reads no more than five times a second.
 */
final class TrainingFollower implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Path folder;
  private final Model model;
  private final MaskBlocks blocks;
  private final long total;
  private final AtomicReference<Live> latest;
  private final Map<String, Live.Finished> finished = new TreeMap<>();
  private final Map<String, Figure> distributions = new TreeMap<>();
  private final Thread thread;
  private List<Course> read = List.of();
  private volatile boolean ended;

  /**
   * A follower that has not begun.
   *
   * @param latest gets what is known whenever that changes
   */
  TrainingFollower(Path folder, Model model, AtomicReference<Live> latest) {
    this.folder = folder;
    this.model = model;
    this.latest = latest;
    this.blocks = MaskBlocks.of(model);
    this.total = blocks.parts().stream().mapToLong(MaskBlock::size).sum();
    this.thread = Thread.ofPlatform().daemon().name("training follower").unstarted(this::follow);
  }

  /** Begins to follow. */
  void begin() {
    thread.start();
  }

  private void follow() {
    try {
      while (!ended) {
        look();
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException e) {
      ended = true; // a file that cannot be read stops no training; its end is told all the same
    }
  }

  private synchronized void look() throws IOException {
    List<Course> courses = CourseReader.read(folder);
    boolean news = !courses.equals(read);
    for (Course course : courses) {
      Path file = folder.resolve(course.name() + ".safetensors");
      if (!finished.containsKey(course.name()) && Files.exists(file)) {
        finish(course.name(), MaskFile.read(file));
        news = true;
      }
    }
    if (news) {
      read = courses;
      latest.set(
          new Live(
              courses,
              total,
              new ArrayList<>(finished.values()),
              CourseFigures.of(courses, total),
              new TreeMap<>(distributions)));
    }
  }

  private void finish(String name, Mask mask) {
    finished.put(name, new Live.Finished(name, mask.active(), mask.total()));
    MaskSummary summary = MaskSummary.of(mask.fittedTo(model), blocks, false);
    if (!summary.figures().isEmpty()) {
      distributions.put(name, summary.figures().getFirst());
    }
  }

  /** Reads once more, and ends. */
  @Override
  public void close() throws IOException {
    ended = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    look();
  }
}
