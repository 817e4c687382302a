package circuitscope.probes.trace;

import ai.djl.ndarray.NDArray;
import java.util.List;

/**
 * What a run of the model meets at its named sites. Recording, intervening and zero-leaf gradients
 * are implementations of this; the forward pass knows nothing else of them.
 */
public interface Taps {
  /** Meets nothing. */
  Taps NONE =
      new Taps() {
        @Override
        public boolean wants(Site site) {
          return false;
        }

        @Override
        public NDArray at(Site site, NDArray value) {
          return value;
        }
      };

  /** Whether {@link #at} is to be called there. Values nobody wants may never be computed. */
  boolean wants(Site site);

  /**
   * Called with the value at a wanted site.
   *
   * @param value shaped as the site's kind says; it lives no longer than the step of the forward
   *     pass, and must not be changed in place
   * @return what the forward pass goes on with: {@code value} itself, or a replacement of its shape
   */
  NDArray at(Site site, NDArray value);

  /** All of them, in order: each meets what the one before it returned. */
  static Taps all(List<Taps> taps) {
    List<Taps> chain = List.copyOf(taps);
    return new Taps() {
      @Override
      public boolean wants(Site site) {
        return chain.stream().anyMatch(tap -> tap.wants(site));
      }

      @Override
      public NDArray at(Site site, NDArray value) {
        NDArray current = value;
        for (Taps tap : chain) {
          current = tap.wants(site) ? tap.at(site, current) : current;
        }
        return current;
      }
    };
  }
}
