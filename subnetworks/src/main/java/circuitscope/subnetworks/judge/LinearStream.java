package circuitscope.subnetworks.judge;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import circuitscope.probes.geometry.StreamMap;
import circuitscope.probes.model.Model;
import circuitscope.probes.trace.Site;
import circuitscope.probes.trace.SiteKind;
import circuitscope.probes.trace.Taps;
import org.jspecify.annotations.Nullable;

/** One linear map of the embeddings in place of all layers: what leaves the last is x·W + b. */
final class LinearStream implements Taps, AutoCloseable {
  private final Site first = Site.of(SiteKind.RESID_PRE, 0);
  private final Site last;
  private final NDManager own;
  private final NDArray matrix;
  private final NDArray intercept;
  private @Nullable NDArray mapped; // [batch, position, dModel], of the run under way

  LinearStream(StreamMap map, Model model) {
    last = Site.of(SiteKind.RESID_POST, model.spec().layers() - 1);
    own = model.newManager();
    int d = model.spec().dModel();
    matrix = own.create(map.matrix(), new Shape(d, d));
    intercept = own.create(map.intercept(), new Shape(d));
  }

  @Override
  public boolean wants(Site site) {
    return site.equals(first) || site.equals(last);
  }

  @Override
  public NDArray at(Site site, NDArray value) {
    NDArray ready = mapped;
    if (site.equals(first) || ready == null) {
      try (NDArray wide = value.toType(DataType.FLOAT64, true)) {
        mapped = wide.matMul(matrix).add(intercept);
        mapped.attach(own);
      }
      return value;
    }
    try (ready) {
      mapped = null;
      NDArray out = ready.toType(value.getDataType(), true);
      out.attach(value.getManager());
      return out;
    }
  }

  @Override
  public void close() {
    own.close();
  }
}
