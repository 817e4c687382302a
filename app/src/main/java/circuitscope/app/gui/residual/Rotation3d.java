package circuitscope.app.gui.residual;

/**
 * How a space of three axes is seen: turned about its upright axis by {@code yaw}, then tilted by
 * {@code pitch}, both in radians, and projected without perspective.
 */
public record Rotation3d(double yaw, double pitch) {
  /** From a little above and aside. */
  public static final Rotation3d USUAL = new Rotation3d(0.6, 0.45);

  private static final double STEEPEST = Math.PI / 2;

  public Rotation3d {
    pitch = Math.clamp(pitch, -STEEPEST, STEEPEST);
  }

  public Rotation3d turned(double byYaw, double byPitch) {
    return new Rotation3d(yaw + byYaw, pitch + byPitch);
  }

  /** Where a point is seen: to the right, upwards, towards the eye. */
  public double[] seen(double[] point) {
    double x = Math.cos(yaw) * point[0] + Math.sin(yaw) * point[2];
    double depth = -Math.sin(yaw) * point[0] + Math.cos(yaw) * point[2];
    double y = Math.cos(pitch) * point[1] + Math.sin(pitch) * -depth;
    return new double[] {x, y, Math.sin(pitch) * point[1] + Math.cos(pitch) * depth};
  }
}
