/** The page of bigram subnetworks: count, train, judge, combine, compose. */
@NullMarked
package circuitscope.app.gui.subnetworks;

import org.jspecify.annotations.NullMarked;
