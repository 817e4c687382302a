package circuitscope.models.cache;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings one content into the {@code blobs} folder: into {@code ETAG.incomplete}, which a later
 * attempt goes on with, then checked, then moved to {@code ETAG}.
 */
final class BlobDownload {
  private static final int MOST_FAILURES = 5;

  private final HubConnection connection;
  private final HubAccess access;
  private final Path blobs;
  private final BooleanSupplier cancelled;

  BlobDownload(HubConnection connection, HubAccess access, Path blobs, BooleanSupplier cancelled) {
    this.connection = connection;
    this.access = access;
    this.blobs = blobs;
    this.cancelled = cancelled;
  }

  /**
   * Brings the content of a file here unless it is.
   *
   * @param here hears how many bytes of the file are here
   * @throws FetchException when it cannot be had
   * @throws CancellationException when cancelled; what is here stays
   */
  void fetch(HubFile file, LongConsumer here) throws IOException {
    Path done = blobs.resolve(file.etag());
    if (Files.isRegularFile(done) && Files.size(done) == file.bytes()) {
      here.accept(file.bytes());
      return;
    }
    Path incomplete = blobs.resolve(file.etag() + ".incomplete");
    boolean resumed = Files.exists(incomplete) && Files.size(incomplete) > 0;
    download(file, incomplete, here);
    if (!isRight(file, incomplete) && resumed) {
      Files.delete(incomplete); // what lay there was something else
      download(file, incomplete, here);
    }
    if (!isRight(file, incomplete)) {
      Files.delete(incomplete);
      throw new FetchException(
          "%s: what came from %s does not have the checksum %s; deleted. Fetch again, and if it stays so do not trust the server"
              .formatted(file.name(), access.endpoint(), file.etag()));
    }
    Files.move(incomplete, done, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean isRight(HubFile file, Path incomplete) throws IOException {
    String hash = HubFile.hashLike(file.etag(), incomplete);
    return hash == null || hash.equals(file.etag());
  }

  private void download(HubFile file, Path incomplete, LongConsumer here) throws IOException {
    try (FileChannel channel =
            FileChannel.open(incomplete, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = lock(channel)) {
      if (lock == null) {
        throw new FetchException(
            "%s is being downloaded by another process; wait for it".formatted(incomplete));
      }
      if (channel.size() > file.bytes()) {
        channel.truncate(0);
      }
      checkSpace(file, channel.size());
      for (int failures = 0; channel.size() < file.bytes(); ) {
        long before = channel.size();
        try {
          transfer(file, channel, here);
        } catch (IOException e) {
          failures = channel.size() > before ? 1 : failures + 1;
          if (failures > MOST_FAILURES || !isPassing(e)) {
            throw new FetchException(
                "%s: %s. %,d of %,d bytes are here; the same command goes on from there"
                    .formatted(file.name(), e.getMessage(), channel.size(), file.bytes()),
                e);
          }
          pause(access.retryPause().multipliedBy(1L << (failures - 1)));
        }
      }
      here.accept(file.bytes());
    }
  }

  private void transfer(HubFile file, FileChannel channel, LongConsumer here) throws IOException {
    BodyQueue body = new BodyQueue(access.timeout(), cancelled);
    long from = channel.size();
    try {
      if (!connection.open(file, from, body)) {
        channel.truncate(0);
      }
      channel.position(channel.size());
      for (List<ByteBuffer> piece = body.next(); piece != null; piece = body.next()) {
        for (ByteBuffer bytes : piece) {
          write(file, channel, bytes);
        }
        here.accept(channel.size());
      }
      if (channel.size() != file.bytes()) {
        throw new IOException(
            "the server ended after %,d of %,d bytes".formatted(channel.size(), file.bytes()));
      }
    } finally {
      body.cancel();
    }
  }

  private void write(HubFile file, FileChannel channel, ByteBuffer bytes) throws IOException {
    if (channel.position() + bytes.remaining() > file.bytes()) {
      channel.truncate(0);
      throw new FetchException(
          "%s: the server sends more than the %,d bytes that it announced"
              .formatted(file.name(), file.bytes()));
    }
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new FetchException(
          "%s: cannot write to %s (%s; %,d bytes free); make room, and the same command goes on"
              .formatted(
                  file.name(), blobs, e.getMessage(), Files.getFileStore(blobs).getUsableSpace()),
          e);
    }
  }

  private void checkSpace(HubFile file, long have) throws IOException {
    long free = Files.getFileStore(blobs).getUsableSpace();
    if (file.bytes() - have > free) {
      throw new FetchException(
          "%s needs %,d bytes more in %s, where %,d are free; make room or set HF_HUB_CACHE"
              .formatted(file.name(), file.bytes() - have, blobs, free));
    }
  }

  private void pause(Duration duration) throws InterruptedIOException {
    if (cancelled.getAsBoolean()) {
      throw new CancellationException("the download was cancelled");
    }
    try {
      Thread.sleep(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while downloading");
    }
  }

  private static boolean isPassing(IOException e) {
    return !(e instanceof InterruptedIOException)
        && !(e instanceof HubConnection.StatusException status && !status.isPassing());
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another thread of this process
    }
  }
}
