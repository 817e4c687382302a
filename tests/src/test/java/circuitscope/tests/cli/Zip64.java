package circuitscope.tests.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Writes an archive as PyTorch writes one above 4 GiB: sizes and places in ZIP64 fields, and the
 * second half of its entries behind a hole of 4 GiB, which takes no room on the disk.
 */
final class Zip64 {
  private static final long BEHIND_THE_HOLE = (1L << 32) + 64;
  private static final int ASK_ZIP64 = -1;

  private Zip64() {}

  static void rewrite(Path archive, Path target) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile());
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      List<? extends ZipEntry> entries = zip.stream().toList();
      ByteBuffer directory = buffer(entries.size() * 512);
      for (int i = 0; i < entries.size(); i++) {
        if (i == entries.size() / 2) {
          out.position(BEHIND_THE_HOLE);
        }
        long place = out.position();
        byte[] content = zip.getInputStream(entries.get(i)).readAllBytes();
        out.write(local(entries.get(i), content.length));
        out.write(ByteBuffer.wrap(content));
        central(directory, entries.get(i), content.length, place);
      }
      long start = out.position();
      out.write(directory.flip());
      out.write(end(start, out.position(), entries.size()));
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer local(ZipEntry entry, long size) {
    byte[] name = entry.getName().getBytes(UTF_8);
    ByteBuffer header = buffer(30 + name.length + 20);
    header.putInt(0x04034b50).putShort((short) 45).putShort((short) 0).putShort((short) 0);
    header.putInt(0).putInt((int) entry.getCrc()).putInt(ASK_ZIP64).putInt(ASK_ZIP64);
    header.putShort((short) name.length).putShort((short) 20).put(name);
    return header.putShort((short) 1).putShort((short) 16).putLong(size).putLong(size).flip();
  }

  private static void central(ByteBuffer directory, ZipEntry entry, long size, long place) {
    byte[] name = entry.getName().getBytes(UTF_8);
    directory.putInt(0x02014b50).putShort((short) 45).putShort((short) 45);
    directory.putShort((short) 0).putShort((short) 0).putInt(0).putInt((int) entry.getCrc());
    directory.putInt(ASK_ZIP64).putInt(ASK_ZIP64).putShort((short) name.length);
    directory.putShort((short) 28).putShort((short) 0).putShort((short) 0).putShort((short) 0);
    directory.putInt(0).putInt(ASK_ZIP64).put(name);
    directory.putShort((short) 1).putShort((short) 24).putLong(size).putLong(size).putLong(place);
  }

  /** The ZIP64 end record, its locator, and the old end record that sends readers to them. */
  private static ByteBuffer end(long start, long end, int entries) {
    ByteBuffer records = buffer(56 + 20 + 22);
    records.putInt(0x06064b50).putLong(44).putShort((short) 45).putShort((short) 45);
    records.putInt(0).putInt(0).putLong(entries).putLong(entries).putLong(end - start);
    records.putLong(start);
    records.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
    records.putInt(0x06054b50).putShort((short) 0).putShort((short) 0);
    records.putShort((short) -1).putShort((short) -1).putInt(-1).putInt(-1).putShort((short) 0);
    return records.flip();
  }
}
