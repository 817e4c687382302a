/**
 * Pages of several questions: one list, a form and an answer each, beside each other where asked.
 */
@NullMarked
package circuitscope.app.gui.study;

import org.jspecify.annotations.NullMarked;
