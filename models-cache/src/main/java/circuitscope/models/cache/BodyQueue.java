package circuitscope.models.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The body of a response, piece by piece, to a thread that also watches the clock and a cancel
 * flag. A plain input stream would wait for a silent server without end.
 */
final class BodyQueue implements Flow.Subscriber<List<ByteBuffer>> {
  private static final long POLL_MILLIS = 100;

  private sealed interface Event {}

  private record Piece(List<ByteBuffer> buffers) implements Event {}

  private record End() implements Event {}

  private record Failure(Throwable cause) implements Event {}

  private final BlockingQueue<Event> events =
      new LinkedBlockingQueue<>(); // one ahead, as requested
  private final Duration silence;
  private final BooleanSupplier cancelled;
  private volatile Flow.@Nullable Subscription subscription;

  /**
   * @param silence longest wait for a piece
   * @param cancelled asked about ten times a second
   */
  BodyQueue(Duration silence, BooleanSupplier cancelled) {
    this.silence = silence;
    this.cancelled = cancelled;
  }

  /**
   * The next piece; null at the end of the body.
   *
   * @throws HttpTimeoutException after too long a silence
   * @throws IOException when the connection was cut
   * @throws CancellationException when cancelled
   */
  @Nullable List<ByteBuffer> next() throws IOException {
    long deadline = System.nanoTime() + silence.toNanos();
    while (true) {
      if (cancelled.getAsBoolean()) {
        throw new CancellationException("the download was cancelled");
      }
      switch (poll()) {
        case Piece(List<ByteBuffer> buffers) -> {
          request();
          return buffers;
        }
        case End() -> {
          return null;
        }
        case Failure(Throwable cause) -> throw new IOException(cause.getMessage(), cause);
        case null -> {
          if (System.nanoTime() > deadline) {
            throw new HttpTimeoutException("nothing came for %d s".formatted(silence.toSeconds()));
          }
        }
      }
    }
  }

  /** Ends the transfer, finished or not. */
  void cancel() {
    Flow.Subscription open = subscription;
    if (open != null) {
      open.cancel();
    }
  }

  private void request() {
    Flow.Subscription open = subscription;
    if (open != null) {
      open.request(1);
    }
  }

  private @Nullable Event poll() throws InterruptedIOException {
    try {
      return events.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while downloading");
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription opened) {
    subscription = opened;
    opened.request(1);
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Piece(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Failure(cause));
  }

  @Override
  public void onComplete() {
    events.add(new End());
  }
}
