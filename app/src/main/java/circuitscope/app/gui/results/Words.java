package circuitscope.app.gui.results;

import circuitscope.app.gui.page.Texts;

/** The words of this package. */
final class Words {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.results");

  private Words() {}
}
