package circuitscope.app.cli;

import picocli.CommandLine.Option;

/** Where a model computes, and in which numbers. */
final class DeviceOptions {
  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      defaultValue = "auto",
      description = "cpu, cuda, cuda:N or auto (a GPU if there is one). Default: auto.")
  String device = "auto";

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      defaultValue = "fp32",
      description = "fp32; on a GPU also tf32 or fp16. Default: fp32.")
  String dtype = "fp32";
}
