package circuitscope.probes.geometry;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import circuitscope.probes.model.Model;
import circuitscope.probes.model.TokenBatch;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.Taps;

/**
 * Takes all states of the residual stream, widened to FP64, as {@code [token, dModel]}: state 0 is
 * what enters the first layer, state L what leaves the last.
 */
final class StateReader implements Taps {
  private final NDArray[] rows; // [state]
  private final boolean dropFirst;
  private final NDManager scope;

  private StateReader(int states, boolean dropFirst, NDManager scope) {
    this.rows = new NDArray[states];
    this.dropFirst = dropFirst;
    this.scope = scope;
  }

  /**
   * Runs the model on rows without padding.
   *
   * @param dropFirst whether the first token of each sequence is left out
   * @param scope owner of the states
   */
  static NDArray[] read(Model model, TokenBatch tokens, boolean dropFirst, NDManager scope) {
    StateReader reader = new StateReader(model.spec().layers() + 1, dropFirst, scope);
    model.run(tokens, reader);
    return reader.rows;
  }

  private int state(Site site) {
    return switch (site.kind()) {
      case RESID_PRE -> site.layer();
      case RESID_POST -> site.layer() == rows.length - 2 ? rows.length - 1 : -1;
      default -> -1;
    };
  }

  @Override
  public boolean wants(Site site) {
    return state(site) >= 0;
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    try (NDManager passing = scope.newSubManager()) {
      NDArray copy = value.duplicate();
      copy.attach(passing);
      NDArray kept = dropFirst ? copy.get(":, 1:") : copy;
      NDArray wide = kept.reshape(-1, value.getShape().get(2)).toType(DataType.FLOAT64, true);
      wide.attach(scope);
      rows[state(site)] = wide;
    }
    return value;
  }
}
