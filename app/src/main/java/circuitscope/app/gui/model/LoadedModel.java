package circuitscope.app.gui.model;

import circuitscope.app.session.ModelChoice;
import circuitscope.app.session.OpenModel;
import circuitscope.probes.model.DecoderSpec;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A model that is open. Its weights are touched in jobs alone: {@link Models#submit}.
 *
 * @param number counts the models of this session, so that two of one name are told apart
 */
public record LoadedModel(int number, OpenModel opened) {
  public ModelChoice choice() {
    return opened.choice();
  }

  public DecoderSpec spec() {
    return opened.model().spec();
  }

  /** {@code cpu} or {@code cuda:N}. */
  public String device() {
    return opened.model().device().toString();
  }

  /** As it stands in lists: its last name, and the mask if it has one. */
  public String name() {
    return nameOf(choice().model(), choice().mask() == null ? null : choice().mask().toString());
  }

  /** The name that a model has once it is open. */
  public static String nameOf(String model, @Nullable String mask) {
    String last = model.substring(Math.max(model.lastIndexOf('/'), model.lastIndexOf(':')) + 1);
    return mask == null ? last : last + " · " + Path.of(mask).getFileName();
  }

  /** "4 layers × 8 heads · cpu · fp32". */
  public String facts() {
    return "%d layers × %d heads · %s · %s"
        .formatted(spec().layers(), spec().attention().heads(), device(), choice().dtype());
  }

  @Override
  public String toString() {
    return name();
  }
}
