import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Makes what users install, on the machine that it is for: {@code mvn -Pdist package} runs this
 * after the jars are built.
 *
 * <pre>java Package.java TARGET VERSION</pre>
 *
 * <p>{@code TARGET/dist/jars} holds every jar of the product. Made beside it, in {@code
 * TARGET/dist}: an application image with its own Java runtime, an AOT cache recorded by a short
 * run of it, and the image packed: {@code .tar.gz} and {@code .deb} on Linux, {@code .zip} and
 * {@code .msi} on Windows, {@code .tar.gz} and {@code .dmg} on macOS. What a system asks for beyond
 * that stands in {@code linux.args}, {@code windows.args} and {@code macos.args} beside this file.
 */
public final class Package {
  /** What the jars use of the JDK; TLS and zip file systems are found at run time only. */
  private static final String MODULES =
      "java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,"
          + "java.prefs,java.scripting,java.security.jgss,java.sql,java.xml,jdk.crypto.ec,jdk.jfr,"
          + "jdk.localedata,jdk.management,jdk.unsupported,jdk.zipfs";

  private static final List<String> JVM =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:MetaspaceSize=256m", // no full collection while classes are loaded
          "-XX:Tier3DelayOn=0", // a window starts a tenth sooner
          "--enable-native-access=ALL-UNNAMED",
          "-Dai.djl.offline=true",
          "-Djava.awt.headless=true",
          "-Dstdout.encoding=UTF-8",
          "-Dstderr.encoding=UTF-8");

  private final Path dist;
  private final String version;
  private final Path sources;
  private final String system;

  private Package(Path dist, String version, Path sources, String system) {
    this.dist = dist;
    this.version = version;
    this.sources = sources;
    this.system = system;
  }

  public static void main(String[] arguments) throws Exception {
    Path target = Path.of(arguments[0]).toAbsolutePath();
    String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String system = name.contains("win") ? "windows" : name.contains("mac") ? "macos" : "linux";
    Path sources = target.resolveSibling("src").resolve("dist");
    new Package(target.resolve("dist"), arguments[1], sources, system).make();
  }

  private void make() throws Exception {
    Path runtime = dist.resolve("runtime");
    delete(runtime);
    // The commands stay: java is needed below, and by whoever wants to look into a running image.
    tool(
        "jlink",
        "--add-modules",
        MODULES,
        "--no-header-files",
        "--no-man-pages",
        "--output",
        runtime.toString());

    Path image = dist.resolve("image");
    delete(image);
    List<String> jpackage = new ArrayList<>(description());
    jpackage.addAll(
        List.of(
            "--type",
            "app-image",
            "--input",
            dist.resolve("jars").toString(),
            "--main-jar",
            "circuitscope-app-" + version + ".jar",
            "--main-class",
            "circuitscope.app.Main",
            "--runtime-image",
            runtime.toString(),
            "--dest",
            image.toString()));
    for (String option : JVM) {
      jpackage.addAll(List.of("--java-options", option));
    }
    if (system.equals("linux")) {
      // Where a batch run finds the launcher for cells that need a process of their own.
      jpackage.addAll(List.of("--java-options", "-Dcircuitscope.home=$APPDIR/../.."));
    }
    tool("jpackage", jpackage.toArray(String[]::new));

    Path root = image.resolve(system.equals("macos") ? "circuitscope.app" : "circuitscope");
    recordFastStart(root);
    pack(root);
    String type = Map.of("linux", "deb", "windows", "msi", "macos", "dmg").get(system);
    List<String> installer = new ArrayList<>(description());
    installer.addAll(
        List.of("--type", type, "--app-image", root.toString(), "--dest", dist.toString()));
    installer.add("@" + sources.resolve(system + ".args"));
    tool("jpackage", installer.toArray(String[]::new));
  }

  private List<String> description() {
    return List.of(
        "--name", "circuitscope",
        // Windows and macOS take no major version of 0.
        "--app-version", system.equals("linux") ? version : version.replaceFirst("^0\\.", "1."),
        "--description", "A workbench for the circuits of transformer language models");
  }

  /**
   * A window that nobody sees, in which the embedded checkpoint is opened, tells the JVM which
   * classes a start needs; later starts find them linked.
   */
  private void recordFastStart(Path root) throws IOException, InterruptedException {
    Path app =
        root.resolve(
            switch (system) {
              case "linux" -> "lib/app";
              case "macos" -> "Contents/app";
              default -> "app";
            });
    Path settings = app.resolve("circuitscope.cfg");
    List<String> lines = Files.readAllLines(settings);
    String classPath =
        String.join(
            File.pathSeparator,
            lines.stream()
                .filter(line -> line.startsWith("app.classpath="))
                .map(line -> line.substring("app.classpath=".length()))
                .map(jar -> jar.replace("$APPDIR", app.toString()))
                .toList());
    Path cache = app.resolve("circuitscope.aot");
    List<String> command = new ArrayList<>();
    command.add(dist.resolve("runtime").resolve("bin").resolve("java").toString());
    command.addAll(JVM);
    command.addAll(
        List.of(
            "-Dglass.platform=Headless",
            "-Dprism.order=sw",
            "-Dcircuitscope.startup=exit",
            "-XX:AOTCacheOutput=" + cache,
            "-cp",
            classPath,
            "circuitscope.app.Main",
            "gui",
            "embedded:gpt2-4l"));
    ProcessBuilder run = new ProcessBuilder(command).inheritIO();
    Path nobody = dist.resolve("recorded"); // whose settings and unsaved work these are
    run.environment().put("CIRCUITSCOPE_CONFIG", nobody.toString());
    run.environment().put("CIRCUITSCOPE_DATA", nobody.toString());
    int exit = run.start().waitFor();
    if (exit != 0 || !Files.exists(cache)) {
      throw new IllegalStateException("the image's first run ended with " + exit + ", see above");
    }
    Files.writeString(
        settings,
        "java-options=-XX:AOTCache=$APPDIR/circuitscope.aot\n",
        StandardOpenOption.APPEND);
  }

  private void pack(Path root) throws IOException, InterruptedException {
    String name =
        "circuitscope-%s-%s.%s"
            .formatted(version, system, system.equals("windows") ? "zip" : "tar.gz");
    Path packed = dist.resolve(name);
    // -a: by the file's ending; tar keeps the times by which the AOT cache knows its jars
    List<String> command =
        List.of(
            "tar",
            "-a",
            "-cf",
            packed.toString(),
            "-C",
            root.getParent().toString(),
            root.getFileName().toString());
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IllegalStateException("tar could not write " + packed);
    }
    System.out.println("packed " + packed);
  }

  private static void tool(String name, String... arguments) {
    ToolProvider tool =
        ToolProvider.findFirst(name)
            .orElseThrow(
                () -> new IllegalStateException("this JDK has no " + name + "; use a whole one"));
    int exit = tool.run(System.out, System.err, arguments);
    if (exit != 0) {
      throw new IllegalStateException(name + " ended with " + exit + ", see above");
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> inside = Files.walk(folder)) {
        for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
