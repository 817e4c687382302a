package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDManager;
import circuitscope.probes.model.DecoderSpec;
import java.util.ArrayList;
import java.util.List;

/** Taps that replace values, in the order in which the edits were given. */
public final class Interventions implements Taps {

  /**
   * One replacement.
   *
   * @param part which heads and positions are replaced; the rest stays
   */
  public record Edit(Site site, Selection part, Intervention intervention) {
    public Edit(Site site, Intervention intervention) {
      this(site, Selection.ALL, intervention);
    }
  }

  private final List<Edit> edits;

  /**
   * Taps that make the edits.
   *
   * @throws UnknownSiteException for a site or head that the model does not have
   */
  public Interventions(DecoderSpec spec, List<Edit> edits) {
    edits.forEach(edit -> edit.part().check(Sites.checked(edit.site(), spec), spec));
    this.edits = new ArrayList<>(edits);
  }

  @Override
  public boolean wants(Site site) {
    return edits.stream().anyMatch(edit -> edit.site().equals(site));
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    NDArray current = value;
    for (Edit edit : edits) {
      if (edit.site().equals(site)) {
        current = apply(edit, current);
      }
    }
    return current;
  }

  private static NDArray apply(Edit edit, NDArray value) {
    NDManager owner = value.getManager();
    NDArray replaced = edit.intervention().replace(value, owner);
    if (!replaced.getShape().equals(value.getShape())) {
      replaced = replaced.broadcast(value.getShape());
    }
    if (edit.part().everything()) {
      return replaced;
    }
    NDArray indicator = edit.part().indicator(edit.site(), value, owner);
    return NDArrays.where(indicator, replaced, value);
  }
}
