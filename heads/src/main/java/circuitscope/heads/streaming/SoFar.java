package circuitscope.heads.streaming;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** Tells how a stream stands while it is read: now and then, for putting it together takes time. */
final class SoFar {
  private static final long NANOS_BETWEEN = TimeUnit.MILLISECONDS.toNanos(500);

  private final Consumer<StreamingResult> listener;
  private final Function<List<MethodCurve>, StreamingResult> together;
  private long told = System.nanoTime();

  SoFar(Consumer<StreamingResult> listener, Function<List<MethodCurve>, StreamingResult> together) {
    this.listener = listener;
    this.together = together;
  }

  /** Tells of the methods that are done. */
  void tell(List<MethodCurve> done) {
    listener.accept(together.apply(List.copyOf(done)));
    told = System.nanoTime();
  }

  /** Tells of the methods that are done, and of one that is not; its losses are copied. */
  void tell(List<MethodCurve> done, MethodCurve underWay) {
    long now = System.nanoTime();
    if (now - told >= NANOS_BETWEEN) {
      List<MethodCurve> curves = new ArrayList<>(done);
      curves.add(
          new MethodCurve(
              underWay.method(),
              underWay.losses().clone(),
              underWay.firstBeyond(),
              underWay.read(),
              underWay.seconds(),
              underWay.cacheBytes()));
      tell(curves);
    }
  }
}
