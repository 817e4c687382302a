/** What subnetworks are worth: how like bigrams they are, and what their loss costs. */
@NullMarked
package circuitscope.subnetworks.judge;

import org.jspecify.annotations.NullMarked;
