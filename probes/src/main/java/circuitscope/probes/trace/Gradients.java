package circuitscope.probes.trace;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import circuitscope.probes.model.DecoderSpec;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * The one owner of differentiation.
 *
 * <p>The engine gives gradients of leaves only (of anything else it silently gives zeros), so the
 * gradient at a site is that of a leaf of zeros added there: ∂L/∂h = ∂L/∂δ at δ = 0 of h + δ. The
 * engine differentiates one thing at a time in a process; calls wait for each other.
 */
public final class Gradients {
  private static final ReentrantLock ONE_AT_A_TIME = new ReentrantLock();

  private Gradients() {}

  /** A scalar to be differentiated, from the logits {@code [batch, position, vocab]}. */
  @FunctionalInterface
  public interface Objective {
    NDArray of(NDArray logits);
  }

  /**
   * The objective and its gradient at each site.
   *
   * @param value the objective
   * @param trace the gradients, under their sites; closed by the caller
   */
  public record AtSites(float value, Trace trace) implements AutoCloseable {
    @Override
    public void close() {
      trace.close();
    }
  }

  /**
   * Gradients of an objective with respect to the values at sites.
   *
   * @param before taps that meet each value before the leaf is added
   * @throws UnknownSiteException for a site that the model does not have
   */
  public static AtSites at(
      Model model, TokenBatch tokens, Collection<Site> sites, Taps before, Objective objective) {
    return ofRun(
        model,
        tokens,
        sites,
        before,
        (taps, scope) -> objective.of(model.logits(tokens, taps, null, scope)));
  }

  /** A scalar to be differentiated, from a run of the model under those taps. */
  @FunctionalInterface
  public interface Run {
    NDArray objective(Taps taps, NDManager scope);
  }

  /**
   * The same for an objective that needs no logits at every position.
   *
   * @param run runs the model on {@code tokens}
   */
  public static AtSites ofRun(
      Model model, TokenBatch tokens, Collection<Site> sites, Taps before, Run run) {
    DecoderSpec spec = model.spec();
    sites.forEach(site -> Sites.checked(site, spec));
    Trace trace = new Trace(model.newManager(), tokens);
    try (NDManager scope = model.newManager()) {
      ZeroLeaves leaves = new ZeroLeaves(Set.copyOf(sites), scope);
      float value = backward(() -> run.objective(Taps.all(List.of(before, leaves)), scope));
      leaves.deltas.forEach(
          (site, delta) -> {
            NDArray gradient = delta.getGradient().duplicate();
            gradient.attach(trace.manager());
            trace.put(site, gradient);
          });
      return new AtSites(value, trace);
    } catch (RuntimeException e) {
      trace.close();
      throw e;
    }
  }

  /**
   * Runs {@code loss} while the engine records, and sends gradients back into every leaf that
   * requires them; read them there with {@code getGradient()}.
   *
   * @return the loss
   */
  public static float backward(Supplier<NDArray> loss) {
    ONE_AT_A_TIME.lock();
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray value = loss.get();
      collector.backward(value);
      return value.toType(ai.djl.ndarray.types.DataType.FLOAT32, false).getFloat();
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  /**
   * Some output of a run, and the gradient by it of what is minimised.
   *
   * @param gradient of the output's shape
   */
  public record Known(NDArray output, NDArray gradient) {}

  /**
   * Runs {@code forward} while the engine records, and sends a gradient that is known in closed
   * form from its output back into every leaf; they add up there until the leaf is closed.
   */
  public static void backwardFrom(Supplier<Known> forward) {
    ONE_AT_A_TIME.lock();
    GradientCollector recording = Engine.getEngine("PyTorch").newGradientCollector();
    try {
      Known known = forward.get();
      JniUtils.backward((PtNDArray) known.output(), (PtNDArray) known.gradient(), false, false);
    } finally {
      recording.close();
      ONE_AT_A_TIME.unlock();
    }
  }

  /** Adds a leaf of zeros at each wanted site. */
  private static final class ZeroLeaves implements Taps {
    private final Set<Site> sites;
    private final NDManager owner;
    private final Map<Site, NDArray> deltas = new TreeMap<>();

    ZeroLeaves(Set<Site> sites, NDManager owner) {
      this.sites = sites;
      this.owner = owner;
    }

    @Override
    public boolean wants(Site site) {
      return sites.contains(site);
    }

    @Override
    public NDArray at(Site site, NDArray value) {
      NDArray delta = owner.zeros(value.getShape(), value.getDataType());
      delta.setRequiresGradient(true);
      deltas.put(site, delta);
      return value.add(delta);
    }
  }
}
