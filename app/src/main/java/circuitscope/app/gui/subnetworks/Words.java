package circuitscope.app.gui.subnetworks;

import circuitscope.app.gui.page.Texts;

/** The words of this package. */
final class Words {
  static final Texts TEXTS = new Texts("circuitscope.app.gui.subnetworks");

  private Words() {}
}
