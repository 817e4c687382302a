package circuitscope.app.gui.study;

import circuitscope.app.gui.page.Page;

/** A page that stands inside a {@link StudyPage}. */
public interface Question extends Page {
  /** Joins what the questions beside it have in common; called once, before it is shown. */
  void share(Shared shared);

  /** Takes a mask file; false where there is no use for one. */
  default boolean takeMask(String mask) {
    return false;
  }
}
