package circuitscope.app.gui.residual;

import circuitscope.app.gui.page.Texts;

/** The words of this package. */
final class Words {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.residual");

  private Words() {}
}
